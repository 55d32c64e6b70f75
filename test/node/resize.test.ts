/** Running containers get more and less, in place. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})
const first = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]
const amounts = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } })
const resize = (name: string, resources: object) =>
  cluster.client.patch(
    Pod,
    { namespace: 'default', name },
    'strategic',
    { spec: { containers: [{ name: 'c', resources }] } },
    { subresource: 'resize' },
  )
async function limits(name: string): Promise<readonly string[]> {
  const containerId = first(await cluster.get(name))?.containerID?.replace('containerd://', '') ?? ''
  const files = ['memory/memory.limit_in_bytes', 'cpu/cpu.cfs_quota_us', 'memory.max', 'cpu.max'].map(file => `/sys/fs/cgroup/${file}`)
  const { stdout } = await cluster.kubelet.context.runtime.execSync({
    containerId,
    cmd: ['sh', '-c', `cat ${files.join(' ')} 2>/dev/null`],
    timeout: 30,
  })
  return Buffer.from(stdout).toString().trim().split(/\s+/).slice(0, 2)
}

test('more and less, without a restart', async () => {
  await cluster.create('web', shell(WAITS, { resources: amounts('100m', '64Mi') }))
  await cluster.until('web', pod => pod?.status.phase === 'Running')
  assert.deepEqual(await limits('web'), [String(64 * 2 ** 20), '10000'])
  for (const [cpu, memory, quota] of [
    ['300m', '128Mi', '30000'],
    ['50m', '32Mi', '5000'],
  ] as const) {
    await resize('web', amounts(cpu, memory))
    const pod = await cluster.until('web', pod => first(pod)?.resources?.limits?.cpu === cpu)
    assert.equal(first(pod)?.resources?.requests?.memory, memory)
    assert.equal(first(pod)?.allocatedResources?.cpu, cpu)
    assert.equal(first(pod)?.restartCount, 0)
    assert.deepEqual(await limits('web'), [String(Number.parseInt(memory) * 2 ** 20), quota])
    await cluster.until('web', pod => !pod?.status.conditions?.some(({ type }) => type.startsWith('PodResize')))
  }
})
test('a container is started anew where its policy says so', async () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  await cluster.create('anew', shell(WAITS, { resources: amounts('100m', '64Mi'), resizePolicy }))
  await cluster.until('anew', pod => pod?.status.phase === 'Running')
  await resize('anew', amounts('100m', '96Mi'))
  const pod = await cluster.until('anew', pod => first(pod)?.state.running && first(pod)?.resources?.limits?.memory === '96Mi')
  assert.equal(first(pod)?.restartCount, 1)
})
test('what others have waits until they let go of it', async () => {
  const milliCpu = Number(cluster.kubelet.context.node.allocatable['cpu'] ?? 1) * 1000
  await cluster.create('full', shell(WAITS, { resources: { requests: { cpu: `${milliCpu - 300}m` } } }))
  await cluster.until('full', pod => pod?.status.phase === 'Running')
  await resize('web', amounts('500m', '32Mi'))
  const waiting = await cluster.until('web', pod =>
    pod?.status.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Deferred'),
  )
  assert.equal(first(waiting)?.resources?.limits?.cpu, '50m')
  await cluster.client.delete(Pod, { namespace: 'default', name: 'full' }, { gracePeriodSeconds: 0 })
  await cluster.until(
    'web',
    pod => first(pod)?.resources?.limits?.cpu === '500m' && !pod?.status.conditions?.some(({ type }) => type.startsWith('PodResize')),
  )
})
test('a pod as a whole gets more and less, and a container without a limit with it', async () => {
  await cluster.create('whole', { ...shell(WAITS, {}), resources: amounts('100m', '64Mi') })
  await cluster.until('whole', pod => pod?.status.phase === 'Running')
  assert.deepEqual(await limits('whole'), [String(64 * 2 ** 20), '10000'])
  for (const [cpu, memory, quota] of [
    ['300m', '128Mi', '30000'],
    ['50m', '32Mi', '5000'],
  ] as const) {
    const patch = { spec: { resources: amounts(cpu, memory) } }
    await cluster.client.patch(Pod, { namespace: 'default', name: 'whole' }, 'strategic', patch, { subresource: 'resize' })
    const pod = await cluster.until('whole', pod => pod?.status.resources?.limits?.['cpu'] === cpu)
    assert.deepEqual(pod?.status.allocatedResources, { cpu, memory })
    assert.deepEqual(pod?.status.resources, amounts(cpu, memory))
    assert.equal(first(pod)?.restartCount, 0)
    assert.deepEqual(await limits('whole'), [String(Number.parseInt(memory) * 2 ** 20), quota])
  }
})
test('less memory than is in use is not given', async () => {
  const shrink = { spec: { resources: amounts('50m', '10Ki') } }
  await cluster.client.patch(Pod, { namespace: 'default', name: 'whole' }, 'strategic', shrink, { subresource: 'resize' })
  const refused = await cluster.until('whole', pod =>
    pod?.status.conditions?.some(({ type, reason }) => type === 'PodResizeInProgress' && reason === 'Error'),
  )
  const { message = '' } = refused?.status.conditions?.find(({ type }) => type === 'PodResizeInProgress') ?? {}
  assert.match(message, /attempting to set pod memory limit \(10240\) below current usage/)
  assert.equal(refused?.status.resources?.limits?.['memory'], '32Mi')
  const back = { spec: { resources: amounts('50m', '32Mi') } }
  await cluster.client.patch(Pod, { namespace: 'default', name: 'whole' }, 'strategic', back, { subresource: 'resize' })
  await cluster.until('whole', pod => !pod?.status.conditions?.some(({ type }) => type.startsWith('PodResize')))
})
test('a container that ends well when it is asked to is started anew for its size all the same', async () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  const script = 'trap "exit 0" TERM; while true; do sleep 0.1; done'
  await cluster.create('polite', { ...shell(script, { resources: amounts('100m', '64Mi'), resizePolicy }), restartPolicy: 'OnFailure' })
  await cluster.until('polite', pod => pod?.status.phase === 'Running')
  await resize('polite', amounts('100m', '96Mi'))
  const pod = await cluster.until('polite', pod => first(pod)?.state.running && first(pod)?.resources?.limits?.memory === '96Mi')
  assert.deepEqual([first(pod)?.restartCount, first(pod)?.lastState.terminated?.exitCode], [1, 0])
})
