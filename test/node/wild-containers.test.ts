/** Containers that harm whoever is near: they fork without end, fill the disk with logs, hold on to mounts. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock, wait } from '#base/clock.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

const PIDS_MAX = 50
const LOGS = { bytesMax: 2 * 1024 * 1024, filesMax: 3 }
let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'], { settings: { podPidsMax: PIDS_MAX, logs: LOGS } })
})
after(() => cluster?.[Symbol.asyncDispose]())

const ready = async (name: string): Promise<Pod> => (await cluster.until(name, pod => pod && isReady(pod))) as Pod
const gone = (name: string) => cluster.until(name, pod => pod === undefined)
const remove = (name: string, options = {}) => cluster.client.delete(Pod, { namespace: 'default', name }, options)
const isNodeReady = async () => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  return status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
}
/** Threads of all of a pod's processes. */
function threadsOf({ metadata }: Pod): number {
  const [file] = globSync([
    `/sys/fs/cgroup/pids/**/pod${metadata.uid}/pids.current`,
    `/sys/fs/cgroup/knarr/**/pod${metadata.uid}/pids.current`,
  ])
  return file === undefined ? 0 : Number(readFileSync(file, 'utf8'))
}

test('a container that forks without end gets no more processes than a pod may have, harms nobody, and can be deleted', async () => {
  await cluster.create('neighbour', shell(WAITS))
  const neighbour = await ready('neighbour')
  // A shell that can fork no more dies, and its children stay; the first process forks nothing and lives on.
  const pod = await cluster.create('bomb', shell('(while true; do sleep 1000 & done) & exec sleep 1000'))
  let most = 0
  for (const end = performance.now() + 3_000; performance.now() < end; await wait(systemClock, 50)) most = Math.max(most, threadsOf(pod))
  assert.ok(most > PIDS_MAX - 3 && most <= PIDS_MAX, `${most} at most`)
  assert.ok(await isNodeReady())
  const { runtime } = cluster.kubelet.context
  const containerId = neighbour.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? ''
  assert.equal((await runtime.execSync({ containerId, cmd: ['true'], timeout: 30 })).exitCode, 0)
  await remove('bomb')
  await gone('bomb')
  await eventually(() => assert.deepEqual(globSync(`/sys/fs/cgroup/**/pod${pod.metadata.uid}`), []))
})

test('a container that writes 17 MB of logs a second fills neither the disk nor our memory', async () => {
  // As fast as a gigabyte in a minute; a line has 1 KB.
  const line = 'x'.repeat(1_023)
  const script = `yes ${line} | head -c 17000000 > /tmp/second; while true; do cat /tmp/second; sleep 1; done`
  const pod = await cluster.create('chatty', shell(script))
  await ready('chatty')
  const folder = join(cluster.folder, 'kubelet/logs', `default_chatty_${pod.metadata.uid}`, 'c')
  const bytes = () =>
    readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
  const memoryBefore = process.memoryUsage.rss()
  let most = 0
  let written = 0
  let before = bytes()
  for (const end = performance.now() + 25_000; performance.now() < end; await wait(systemClock, 250)) {
    const now = bytes()
    written += Math.max(0, now - before)
    before = now
    most = Math.max(most, now)
  }
  assert.ok(written > 200e6, `written were ${written} bytes`)
  // The first look may come late; from then on it is looked as often as is needed, once a second at most.
  assert.ok(most < 300e6, `${most} bytes at most`)
  assert.ok(bytes() < 80e6, `${bytes()} bytes in the end`)
  assert.ok(readdirSync(folder).length <= LOGS.filesMax)
  assert.ok(process.memoryUsage.rss() - memoryBefore < 60e6, `memory grew by ${process.memoryUsage.rss() - memoryBefore} bytes`)
  await remove('chatty')
  await gone('chatty')
  await eventually(() => assert.ok(!existsSync(folder)))
})

const holding = {
  ...shell(`echo kept > /data/file; ${WAITS}`, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
  volumes: [{ name: 'data', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
}
const volumeOf = ({ metadata }: Pod) => join(cluster.folder, 'kubelet/pods', metadata.uid ?? '', 'volumes/kubernetes.io~empty-dir/data')
const isMounted = (path: string) => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `)

test('a mount that somebody else holds open goes with its pod, and the other keeps what is open', async () => {
  await cluster.create('held', holding)
  const pod = await ready('held')
  const path = await eventually(() => {
    assert.ok(existsSync(join(volumeOf(pod), 'file')))
    return volumeOf(pod)
  })
  const file = openSync(join(path, 'file'), 'r')
  try {
    await remove('held')
    await gone('held')
    await eventually(() => assert.ok(!isMounted(path) && !existsSync(path)))
    const text = Buffer.alloc(5)
    readSync(file, text, 0, 5, 0)
    assert.equal(text.toString(), 'kept\n')
  } finally {
    closeSync(file)
  }
})

test('a mount that cannot be unmounted: the pod waits, nothing below it is deleted, and it goes once that is possible', async () => {
  await cluster.create('stuck', holding)
  const pod = await ready('stuck')
  const path = await eventually(() => {
    assert.ok(existsSync(join(volumeOf(pod), 'file')))
    return volumeOf(pod)
  })
  // Stands before the machine's own, and refuses as that one does.
  const programs = join(cluster.folder, 'programs')
  mkdirSync(programs)
  writeFileSync(join(programs, 'umount'), '#!/bin/sh\necho "umount: $2: target is busy." >&2\nexit 32\n')
  chmodSync(join(programs, 'umount'), 0o755)
  const search = process.env['PATH'] ?? ''
  process.env['PATH'] = `${programs}${delimiter}${search}`
  try {
    await remove('stuck')
    await cluster.until('stuck', one => one?.status.containerStatuses?.[0]?.state.terminated)
    await wait(systemClock, 2_000)
    assert.ok(isMounted(path))
    assert.equal(readFileSync(join(path, 'file'), 'utf8'), 'kept\n')
    assert.ok((await cluster.get('stuck')).metadata.deletionTimestamp)
    assert.ok(await isNodeReady())
    await cluster.create('other', shell(WAITS))
    await ready('other')
  } finally {
    process.env['PATH'] = search
    rmSync(programs, { recursive: true })
  }
  await gone('stuck')
  await eventually(() => assert.ok(!isMounted(path) && !existsSync(path)))
})
