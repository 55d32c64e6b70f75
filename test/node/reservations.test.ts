/** What of a machine is not for pods, and how its control groups keep pods from it; on real containers. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { readConfiguration } from '#kubelet/configuration/read.ts'
import { cgroupVersion } from '#kubelet/pods/cgroup.ts'
import { quantityValue } from '#schema/quantity.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

const Mi = 1024 * 1024
const folder = mkdtempSync(join(tmpdir(), 'knarr-reservations-'))
const manifests = join(folder, 'manifests')
const configuration = (lines: string) =>
  readConfiguration(
    `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nevictionHard: {memory.available: 100Mi}\n${lines}`,
  )
let cluster: NodeCluster
before(async () => {
  mkdirSync(manifests)
  const settings = configuration(
    `kubeReserved: {cpu: 100m, memory: 256Mi, pid: 500}\nsystemReserved: {cpu: 150m, memory: 256Mi, pid: 500}\nregisterWithTaints: [{key: example.com/only, value: x, effect: NoSchedule}]\nstaticPodPath: ${manifests}`,
  )
  cluster = await NodeCluster.start(['busybox'], { settings })
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** The value of a file of a group, named as on each version; below the group of all pods. */
function groupValue([v1, v2]: readonly [v1: string, v2: string], group = ''): string {
  const path = `${cluster.kubelet.context.node.cgroupRoot}/${group}`
  const [controller = ''] = v1.split('.')
  const file = cgroupVersion() === 2 ? join('/sys/fs/cgroup', path, v2) : join('/sys/fs/cgroup', controller, path, v1)
  return readFileSync(file, 'utf8').trim()
}
const MEMORY = ['memory.limit_in_bytes', 'memory.max'] as const
const PROCESSES = ['pids.max', 'pids.max'] as const
const WEIGHT = ['cpu.shares', 'cpu.weight'] as const
const weightOf = (shares: number) => String(cgroupVersion() === 1 ? shares : 1 + Math.trunc(((shares - 2) * 9999) / 262_142))
const node = () => cluster.client.get(Node, { name: NODE })

test('what is reserved comes off what the node has for pods, and its group of all pods', async () => {
  const { status, spec } = await node()
  const { capacity = {}, allocatable = {} } = status
  const memory = quantityValue(capacity['memory'] ?? '')
  assert.equal(quantityValue(allocatable['cpu'] ?? ''), Math.ceil(Number(capacity['cpu']) - 0.25))
  assert.equal(memory - quantityValue(allocatable['memory'] ?? ''), 612 * Mi)
  assert.deepEqual(spec?.taints, [{ key: 'example.com/only', value: 'x', effect: 'NoSchedule' }])
  await eventually(async () => {
    const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'reason=NodeAllocatableEnforced' })
    assert.equal(items[0]?.message, 'Updated Node Allocatable limit across pods')
  })
  assert.ok(Math.abs(memory - 512 * Mi - Number(groupValue(MEMORY))) < 8192)
  const threads = Math.min(...['pid_max', 'threads-max'].map(name => Number(readFileSync(`/proc/sys/kernel/${name}`, 'utf8'))))
  assert.equal(groupValue(PROCESSES), String(threads - 1000))
})

test('each class of pods weighs what its pods ask for', async () => {
  const resources = { requests: { cpu: '250m' } }
  await cluster.create('asks', shell(WAITS, { resources }))
  await cluster.create('asks-too', shell(WAITS, { resources }))
  await cluster.create('asks-nothing', shell(WAITS))
  for (const name of ['asks', 'asks-too', 'asks-nothing']) await cluster.until(name, pod => pod?.status.phase === 'Running')
  assert.equal(groupValue(WEIGHT, 'burstable'), weightOf(512))
  assert.equal(groupValue(WEIGHT, 'besteffort'), weightOf(2))
  const { uid } = (await cluster.get('asks')).metadata
  assert.equal(groupValue(WEIGHT, `burstable/pod${uid}`), weightOf(256))
  await cluster.client.delete(Pod, { namespace: 'default', name: 'asks-too' })
  await cluster.until('asks-too', pod => pod === undefined)
  await eventually(async () => assert.equal(groupValue(WEIGHT, 'burstable'), weightOf(256)))
})

test('static pods come from the folder that the configuration names, or from one file', async () => {
  const manifest = (name: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...shell(WAITS), tolerations: [{ operator: 'Exists' }] } })
  writeFileSync(join(manifests, 'one.json'), manifest('of-folder'))
  await cluster.until(`of-folder-${NODE}`, pod => pod?.status.phase === 'Running')
  assert.ok(!existsSync(join(cluster.folder, 'kubelet/manifests')))
  const file = join(folder, 'alone.json')
  writeFileSync(file, manifest('of-file'))
  await cluster.restartKubelet({ settings: configuration(`staticPodPath: ${file}`) })
  await cluster.until(`of-file-${NODE}`, pod => pod?.status.phase === 'Running')
  await cluster.until(`of-folder-${NODE}`, pod => pod === undefined)
})

test('before all pods together have used up what there is for them, one goes', async () => {
  const total = quantityValue((await node()).status.capacity?.['memory'] ?? '')
  await cluster.restartKubelet({ settings: configuration(`systemReserved: {memory: ${Math.floor(total / Mi) - 164}Mi}`) })
  await eventually(async () => assert.ok(Number(groupValue(MEMORY)) < 166 * Mi))
  await cluster.create('grows', {
    ...shell('dd if=/dev/zero of=/v/f bs=1M count=90; sleep 1000', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
  })
  const pod = await cluster.until('grows', seen => seen && isTerminal(seen))
  assert.deepEqual([pod?.status.phase, pod?.status.reason], ['Failed', 'Evicted'])
  assert.match(pod?.status.message ?? '', /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. /)
  await eventually(async () =>
    assert.equal((await node()).status.conditions?.find(({ type }) => type === 'MemoryPressure')?.status, 'True'),
  )
})

test('pods without limits together get no more memory than there is for pods', async () => {
  const total = quantityValue((await node()).status.capacity?.['memory'] ?? '')
  const scarce = `systemReserved: {memory: ${Math.floor(total / Mi) - 64}Mi}`
  const hungry = { ...shell('dd if=/dev/zero of=/dev/null bs=200M count=1'), restartPolicy: 'Never' }
  await cluster.restartKubelet({
    settings: { ...configuration(scarce), eviction: { thresholds: [], transitionMs: 1, softGraceSeconds: 0 } },
  })
  await eventually(async () => assert.ok(Number(groupValue(MEMORY)) < 66 * Mi))
  await cluster.create('hungry', hungry)
  const pod = await cluster.until('hungry', seen => seen && isTerminal(seen))
  assert.deepEqual([pod?.status.phase, pod?.status.containerStatuses?.[0]?.state.terminated?.reason], ['Failed', 'OOMKilled'])
})
