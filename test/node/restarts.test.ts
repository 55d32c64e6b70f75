/** The whole process is killed, or the container runtime, or both: what ran goes on, what ended is seen, and nothing is there twice. */
import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock, wait } from '#base/clock.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import { findDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { BenchCluster } from '../bench/cluster.ts'
import { importTestImages } from './images.ts'
import { shell, WAITS } from './cluster.ts'

const PROGRAM = new URL('../../src/bin/knarr.ts', import.meta.url).pathname
const NAMESPACE = 'restarts'
const PATIENCE = { timeoutMs: 90_000 }

let cluster: BenchCluster
before(async () => {
  cluster = await BenchCluster.start(PROGRAM)
  await importTestImages(join(cluster.folder.runtime, 'containerd.sock'), ['busybox'])
  await cluster.makeNamespace(NAMESPACE)
  await cluster.client.create(ConfigMap, { metadata: { namespace: NAMESPACE, name: 'config' }, data: { key: 'value' } })
  for (const name of ['web', 'db'])
    await create(name, {
      ...shell(WAITS, {
        volumeMounts: [{ name: 'config', mountPath: '/config' }],
        readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      }),
      volumes: [
        { name: 'config', configMap: { name: 'config' } },
        { name: 'memory', emptyDir: { medium: 'Memory' } },
      ],
    })
  for (const name of ['web', 'db']) await until(name, isReady)
})
after(() => cluster?.[Symbol.asyncDispose]())

const create = (name: string, spec: object) =>
  cluster.client.create(Pod, { metadata: { namespace: NAMESPACE, name }, spec } as unknown as Partial<Pod>)
const get = (name: string) => cluster.client.get(Pod, { namespace: NAMESPACE, name })
const until = (name: string, holds: (pod: Pod) => unknown) =>
  eventually(async () => {
    const pod = await get(name)
    assert.ok(holds(pod), JSON.stringify(pod.status))
    return pod
  }, PATIENCE)
const running = async () => {
  const { items } = await cluster.client.list(Pod, { namespace: NAMESPACE })
  return items.map(({ metadata, status }) => {
    const [container] = status.containerStatuses ?? []
    return [metadata.name, metadata.uid, status.podIP, container?.containerID, container?.restartCount]
  })
}
/** Ends with -9, as a machine that runs out of memory does. */
async function kill(pid: number | undefined): Promise<void> {
  process.kill(pid ?? assert.fail('it does not run'), 'SIGKILL')
  while (existsSync(`/proc/${pid}/exe`)) await wait(systemClock, 20)
}
const daemon = () => findDaemon(cluster.folder.runtime)
const untilNodeIsReady = () =>
  eventually(async () => {
    const { items } = await cluster.client.list(Node)
    assert.ok(items[0]?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
  }, PATIENCE)

/** Each running container once, and of everything else as much as they need. */
async function assertNothingTwice(): Promise<void> {
  using runtime = connectRuntime(join(cluster.folder.runtime, 'containerd.sock'))
  await eventually(async () => {
    const pods = (await cluster.client.list(Pod, { namespace: NAMESPACE })).items
    const alive = pods.filter(({ status }) => status.phase === 'Running').map(({ metadata }) => metadata.uid ?? '')
    const [{ containers }, { items }] = await Promise.all([
      runtime.listContainers({ filter: { state: { state: 1 } } }),
      runtime.listPodSandbox({}),
    ])
    const uidOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) => labels['io.kubernetes.pod.uid'] ?? ''
    assert.deepEqual(containers.map(uidOf).toSorted(), alive.toSorted())
    const ready = items.filter(({ state }) => state === 0)
    assert.deepEqual(ready.map(uidOf).toSorted(), alive.toSorted())
    assert.equal(globSync('*/*.*.*.*', { cwd: join(cluster.folder.runtime, 'ipam') }).length, alive.length, 'addresses')
    const { mounts, links } = await findLeftovers({ cluster: cluster.folder.name, root: cluster.folder.root })
    assert.equal(mounts.filter(({ isNetworkNamespace }) => isNetworkNamespace).length, alive.length, 'network namespaces')
    assert.equal(links.filter(name => name.startsWith('veth')).length, alive.length, 'links')
    const groups = globSync(`/sys/fs/cgroup/{memory/,}knarr/${cluster.folder.name}/kubepods/**/pod*`).map(path =>
      path.slice(path.lastIndexOf('/pod') + 4),
    )
    const uids = new Set(pods.map(({ metadata }) => metadata.uid))
    assert.deepEqual(
      groups.filter(uid => !uids.has(uid)),
      [],
    )
  }, PATIENCE)
}

test('the process is killed: pods are found again as they were, and what ended meanwhile is seen', async () => {
  const before = await running()
  await create('ends', { ...shell('sleep 3; exit 7'), restartPolicy: 'Never' })
  await until('ends', ({ status }) => status.phase === 'Running')
  await kill(cluster.pid)
  await wait(systemClock, 4_000)
  await cluster.up()
  const ended = await until('ends', ({ status }) => status.phase === 'Failed')
  assert.equal(ended.status.containerStatuses?.[0]?.state.terminated?.exitCode, 7)
  await cluster.client.delete(Pod, { namespace: NAMESPACE, name: 'ends' })
  await eventually(async () => assert.deepEqual(await running(), before), PATIENCE)
  await assertNothingTwice()
})

test('the container runtime is killed: it is started again, and only containers that died meanwhile are', async () => {
  const before = await running()
  const pid = daemon()
  await create('dies', shell('sleep 2; exit 1'))
  await until('dies', ({ status }) => status.phase === 'Running')
  await kill(pid)
  await eventually(() => assert.ok(daemon() !== undefined && daemon() !== pid), PATIENCE)
  await untilNodeIsReady()
  await until('dies', ({ status }) => (status.containerStatuses?.[0]?.restartCount ?? 0) > 0)
  await cluster.client.delete(Pod, { namespace: NAMESPACE, name: 'dies' })
  await eventually(async () => assert.deepEqual(await running(), before), PATIENCE)
  await assertNothingTwice()
})

test('both are killed, in the midst of a start: everything is found again, and the start is done', async () => {
  const before = await running()
  const made = ['late-1', 'late-2', 'late-3', 'late-4']
  for (const name of made) await create(name, shell(WAITS))
  await until('late-1', ({ status }) => status.conditions?.length)
  const server = cluster.pid
  process.kill(daemon() ?? 0, 'SIGKILL')
  await kill(server)
  await cluster.up()
  for (const name of made) await until(name, isReady)
  await assertNothingTwice()
  for (const name of made) await cluster.client.delete(Pod, { namespace: NAMESPACE, name })
  await eventually(async () => assert.deepEqual(await running(), before), PATIENCE)
  await assertNothingTwice()
})
