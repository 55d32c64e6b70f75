/** Pods as real containers: from creation to deletion. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})

test('the node registers and becomes Ready', async () => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.reason, 'KubeletReady')
})

test('a pod runs, is ready, and goes when it is deleted', async () => {
  await cluster.create('runs', shell(WAITS))
  const pod = await cluster.until('runs', pod => pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
  const [status] = pod?.status.containerStatuses ?? []
  assert.match(pod?.status.podIP ?? '', /^10\./)
  assert.equal(pod?.status.phase, 'Running')
  assert.deepEqual(
    [status?.ready, status?.started, status?.restartCount, status?.image],
    [true, true, 0, 'docker.io/library/busybox:latest'],
  )
  await cluster.client.delete(Pod, { namespace: 'default', name: 'runs' })
  await cluster.until('runs', pod => pod === undefined)
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.name=runs' })
  const told = items.map(({ reason, message }) => `${reason}: ${message}`).filter(text => !text.startsWith('MissingClusterDNS'))
  assert.deepEqual(told, [
    'Pulled: Container image "busybox" already present on machine and can be accessed by the pod',
    'Created: Container created',
    'Started: Container started',
    'Killing: Stopping container c',
  ])
})

test('what of a pod cannot be had in full is told', async () => {
  await cluster.create('wishes', {
    ...shell('cat /etc/resolv.conf; sleep 1000'),
    imagePullSecrets: [{ name: 'absent' }],
    // Beside those of the machine they are too many.
    dnsPolicy: 'Default',
    dnsConfig: { nameservers: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] },
  })
  await cluster.until('wishes', pod => pod?.status.phase === 'Running')
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.name=wishes' })
  const told = items.filter(({ type }) => type === 'Warning').map(({ reason, message }) => `${reason}: ${message}`)
  const [dns, secret] = told.toSorted()
  assert.match(
    dns ?? '',
    /^DNSConfigForming: Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: (\S+ ){2}\S+$/,
  )
  assert.equal(
    secret,
    'FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (absent); attempting to pull the image may not succeed.',
  )
})

test('a pod that ends well has succeeded', async () => {
  await cluster.create('ends', { ...shell('echo bye; sleep 0.2'), restartPolicy: 'Never' })
  const pod = await cluster.until('ends', pod => pod?.status.phase === 'Succeeded')
  assert.equal(pod?.status.containerStatuses?.[0]?.state.terminated?.reason, 'Completed')
  assert.equal(pod?.status.conditions?.find(({ type }) => type === 'Ready')?.reason, 'PodCompleted')
})

test('a container that crashes is restarted, then backed off', async () => {
  await cluster.create('crashes', shell('exit 7'))
  const pod = await cluster.until('crashes', pod => pod?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff')
  const [status] = pod?.status.containerStatuses ?? []
  assert.match(status?.state.waiting?.message ?? '', /^back-off 10s restarting failed container=c pod=crashes_default\(/)
  assert.deepEqual([status?.restartCount, status?.lastState.terminated?.exitCode], [1, 7])
})
