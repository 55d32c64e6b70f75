/** A node that is set otherwise than by default: what its containers, its lease and its status then are. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Lease } from '#kinds/coordination/lease.ts'
import { Node } from '#kinds/core/node.ts'
import { readConfiguration } from '#kubelet/configuration/read.ts'
import { readMachine } from '#kubelet/node/machine.ts'
import { eventually } from '../conformance/support/eventually.ts'
import { Event } from '#kinds/core/event.ts'
import { NODE, NodeCluster, shell } from './cluster.ts'

const folder = mkdtempSync('/tmp/knarr-settings-')
const resolver = join(folder, 'resolv.conf')
writeFileSync(resolver, 'nameserver 192.0.2.53\n')
const settings = readConfiguration(`
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
seccompDefault: true
crashLoopBackOff: { maxContainerRestartPeriod: 1s }
cpuCFSQuota: false
resolvConf: ${resolver}
providerID: example://machine
nodeLeaseDurationSeconds: 20
nodeStatusMaxImages: 0
nodeStatusUpdateFrequency: 1s
`)
let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'], { settings })
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})
/** What a container says of itself. */
async function said(name: string, script: string, more: object = {}): Promise<string> {
  await cluster.create(name, { ...shell(`(${script}) > /dev/termination-log`, more), restartPolicy: 'Never', dnsPolicy: 'Default' })
  const pod = await cluster.until(name, pod => pod?.status.containerStatuses?.[0]?.state.terminated)
  return pod?.status.containerStatuses?.[0]?.state.terminated?.message?.trim() ?? ''
}

test('a container that says nothing of seccomp has the profile of the runtime; one that wants none has none', async () => {
  const seccomp = 'grep ^Seccomp: /proc/self/status | cut -f2'
  assert.equal(await said('default', seccomp), '2')
  assert.equal(await said('unconfined', seccomp, { securityContext: { seccompProfile: { type: 'Unconfined' } } }), '0')
})
test('a limit of CPU is only a weight', async () => {
  const quota = 'cat /sys/fs/cgroup/cpu.max || cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us'
  const found = await said('fast', quota, { resources: { limits: { cpu: '100m' } } })
  assert.match(found, /^(max 100000|-1)$/)
})
test('pods that have the resolver of the node have the one that it is set to', async () => {
  assert.match(await said('asks', 'cat /etc/resolv.conf'), /nameserver 192\.0\.2\.53/)
})
test('a container that crashes again and again waits no longer than the node allows', async () => {
  await cluster.create('crashes', shell('exit 1'))
  const began = performance.now()
  const pod = await cluster.until('crashes', pod => (pod?.status.containerStatuses?.[0]?.restartCount ?? 0) >= 4)
  assert(performance.now() - began < 20_000, 'by default the fourth start comes after more than a minute')
  assert.equal(pod?.status.phase, 'Running')
  await cluster.until('crashes', pod => pod?.status.containerStatuses?.[0]?.state.waiting?.message?.startsWith('back-off 1s '))
})
test('the node tells of itself as it is set', async () => {
  const { spec } = await cluster.client.get(Lease, { namespace: 'kube-node-lease', name: NODE })
  assert.equal(spec?.leaseDurationSeconds, 20)
  const node = await cluster.client.get(Node, { name: NODE })
  assert.deepEqual([node.spec.providerID, node.status.images ?? []], ['example://machine', []])
  const renewed = async () => (await cluster.client.get(Lease, { namespace: 'kube-node-lease', name: NODE })).spec?.renewTime
  const before = await renewed()
  await eventually(async () => assert.notEqual(await renewed(), before), { timeoutMs: 9_000 })
})
test('a machine with swap is refused where swap is', async () => {
  const swapped = cluster.restartKubelet({
    settings: { ...settings, isSwapRefused: true },
    readMachine: path => ({ ...readMachine(path), swapBytes: 1 }),
  })
  await assert.rejects(swapped, /^Error: running with swap on is not supported/)
  await cluster.restartKubelet({ settings })
})

test('a node that is cordoned, and no more, says so', async () => {
  const told = async () => {
    await cluster.kubelet.context.recorder.flush()
    const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${NODE}` })
    return items.map(({ reason = '' }) => reason).filter(reason => reason.endsWith('Schedulable'))
  }
  const cordon = (unschedulable: boolean) => cluster.client.patch(Node, { name: NODE }, 'merge', { spec: { unschedulable } })
  await cordon(true)
  await eventually(async () => assert.deepEqual(await told(), ['NodeNotSchedulable']))
  await cordon(false)
  await eventually(async () => assert.deepEqual((await told()).toSorted(), ['NodeNotSchedulable', 'NodeSchedulable']))
})
