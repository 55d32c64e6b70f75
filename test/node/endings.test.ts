/** How pods end on real containers: deleted at any moment of their start, and when the node shuts down. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { withCritical } from '#kubelet/machine/shutdown-order.ts'
import { eventually } from '../conformance/support/eventually.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})
/** A folder of the node that a pod's containers see as /shared. */
function shared(name: string) {
  const path = join(cluster.folder, 'shared', name)
  mkdirSync(path, { recursive: true })
  return {
    file: (file: string) => join(path, file),
    mounts: { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] },
    volumes: [{ name: 'shared', hostPath: { path } }],
  }
}
const is = (pod: Pod | undefined, condition: string) =>
  pod?.status.conditions?.some(({ type, status }) => type === condition && status === 'True')
const isReady = (pod: Pod | undefined) => is(pod, 'Ready')
const remove = (name: string, options = {}) => cluster.client.delete(Pod, { namespace: 'default', name }, options)
const until = (file: string) => eventually(() => assert(existsSync(file), `${file} is not there`))

/** Waits until the pod is gone, from the API and then from the machine. */
async function assertNothingLeft({ metadata }: Pod): Promise<void> {
  const { name = '', uid = '' } = metadata
  await cluster.until(name, pod => pod === undefined)
  const labelSelector = { 'io.kubernetes.pod.uid': uid }
  const { runtime, folders } = cluster.kubelet.context
  await eventually(async () => {
    const [{ containers }, { items }] = await Promise.all([
      runtime.listContainers({ filter: { labelSelector } }),
      runtime.listPodSandbox({ filter: { labelSelector } }),
    ])
    assert.deepEqual([...containers, ...items], [], 'in the runtime')
    assert.deepEqual(globSync([`${folders.pods}/${uid}`, `${folders.logs}/*_${uid}`]), [], 'folders')
    assert.deepEqual(globSync(`/sys/fs/cgroup/**/pod${uid}`), [], 'control groups')
    assert(!readFileSync('/proc/self/mountinfo', 'utf8').includes(uid), 'mounts')
  })
}

test('a pod that is deleted as soon as it is made leaves nothing', async () => {
  const pod = await cluster.create('at-once', { ...shell(WAITS), terminationGracePeriodSeconds: 1 })
  await remove('at-once')
  await assertNothingLeft(pod)
})
test('a pod that is deleted while its containers start leaves nothing', async () => {
  const pod = await cluster.create('starting', { ...shell(WAITS), terminationGracePeriodSeconds: 1 })
  await cluster.until('starting', pod => is(pod, 'PodReadyToStartContainers'))
  await remove('starting')
  await assertNothingLeft(pod)
})
test('a pod that ends is asked whether it is ready, and no more whether it lives, and says what came of it', async () => {
  const { file, mounts, volumes } = shared('serving')
  // It goes on for a while after it was told to end, but is not ready any more.
  const script = `touch /shared/ready; trap 'rm /shared/ready; touch /shared/told' TERM; while [ ! -e /shared/enough ]; do sleep 0.1; done`
  const probes = {
    readinessProbe: { exec: { command: ['test', '-e', '/shared/ready'] }, periodSeconds: 1, failureThreshold: 1 },
    livenessProbe: { exec: { command: ['sh', '-c', 'test ! -e /shared/told || touch /shared/asked'] }, periodSeconds: 1 },
  }
  const pod = await cluster.create('serving', { ...shell(script, { ...mounts, ...probes }), volumes, terminationGracePeriodSeconds: 60 })
  await cluster.until('serving', isReady)
  await remove('serving')
  const ending = await cluster.until('serving', pod => pod !== undefined && !isReady(pod))
  assert.deepEqual([ending?.status.phase, ending?.status.containerStatuses?.[0]?.ready], ['Running', false])
  assert(ending?.metadata.deletionTimestamp)
  writeFileSync(file('enough'), '')
  await assertNothingLeft(pod)
  assert(!existsSync(file('asked')), 'the container was asked whether it lives')
})
test('a pod that is deleted while its image is pulled does not wait for it, and leaves nothing', async () => {
  const sockets: Socket[] = []
  // A registry that accepts and never answers.
  const registry = createServer(socket => void sockets.push(socket.on('error', () => undefined)))
  registry.listen(0, '127.0.0.1')
  try {
    await once(registry, 'listening')
    const image = `127.0.0.1:${(registry.address() as AddressInfo).port}/never:1`
    const pulling = once(registry, 'connection')
    const pod = await cluster.create('pulling', { ...shell(WAITS, { image }), terminationGracePeriodSeconds: 600 })
    await pulling
    await remove('pulling')
    await assertNothingLeft(pod)
  } finally {
    for (const socket of sockets) socket.destroy()
    registry.close()
  }
})
test('a pod that is deleted during its postStart hook does not wait for it, and leaves nothing', async () => {
  const { file, mounts, volumes } = shared('post-start')
  const postStart = { exec: { command: ['sh', '-c', 'touch /shared/begun; sleep 1000'] } }
  const pod = await cluster.create('post-start', { ...shell(WAITS, { ...mounts, lifecycle: { postStart } }), volumes })
  await until(file('begun'))
  await remove('post-start')
  await assertNothingLeft(pod)
})
test('a pod whose preStop hook does not end is gone once it has less grace', async () => {
  const { file, mounts, volumes } = shared('pre-stop')
  const preStop = { exec: { command: ['sh', '-c', 'touch /shared/begun; sleep 1000'] } }
  const spec = { ...shell(WAITS, { ...mounts, lifecycle: { preStop } }), volumes, terminationGracePeriodSeconds: 600 }
  const pod = await cluster.create('pre-stop', spec)
  await cluster.until('pre-stop', isReady)
  await remove('pre-stop')
  await until(file('begun'))
  await remove('pre-stop', { gracePeriodSeconds: 1 })
  await assertNothingLeft(pod)
})

test('a node that shuts down ends critical pods after all others, none before its time, and brings all back', async () => {
  const { file, mounts, volumes } = shared('shutdown')
  const says = (name: string, meanwhile: string) => ({
    ...shell(`trap "${meanwhile}; echo ${name} >> /shared/order; exit 0" TERM; touch /shared/${name}; sleep 1000 & wait`, mounts),
    volumes,
    terminationGracePeriodSeconds: 600,
  })
  const hook = (script: string) => ({ preStop: { exec: { command: ['sh', '-c', script] } } })
  const hooked = says('hooked', 'true')
  const sidecar = { ...says('sidecar', 'true').containers[0], name: 'sidecar', restartPolicy: 'Always', lifecycle: hook('true') }
  const pods = {
    critical: { ...says('critical', 'true'), priority: 2_000_001_000 },
    ordinary: says('ordinary', 'sleep 1'),
    hooked: {
      ...hooked,
      initContainers: [sidecar],
      containers: [{ ...hooked.containers[0], lifecycle: hook('sleep 2; echo hook >> /shared/order') }],
    },
    // Deaf to TERM: its own grace ends it.
    deaf: { ...shell('trap "" TERM; while true; do sleep 0.1; done'), terminationGracePeriodSeconds: 1 },
  }
  for (const [name, spec] of Object.entries(pods)) await cluster.create(name, spec)
  for (const name of Object.keys(pods)) await cluster.until(name, isReady)
  for (const name of ['critical', 'ordinary', 'hooked', 'sidecar']) await until(file(name))
  await cluster.downAndUp(withCritical(120, 60))
  // Hooks run before the signal, and sidecars end after who may need them.
  assert.equal(readFileSync(file('order'), 'utf8'), 'ordinary\nhook\nhooked\nsidecar\ncritical\n')
  for (const name of Object.keys(pods)) {
    const pod = await cluster.until(name, pod => isReady(pod) && pod?.status.containerStatuses?.[0]?.restartCount)
    assert.equal(pod?.status.phase, 'Running')
  }
})
