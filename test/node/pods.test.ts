/** Pods as real containers: from creation to deletion. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { NODE, NodeCluster, shell } from './cluster.ts'

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
  const begun = performance.now()
  await cluster.create('runs', shell('trap "exit 0" TERM; sleep 1000 & wait'))
  const pod = await cluster.until('runs', pod => pod?.status.phase === 'Running')
  console.log('running after', performance.now() - begun)
  const ready = await cluster.until('runs', pod => pod?.status.conditions?.some(c => c.type === 'Ready' && c.status === 'True'))
  assert.ok(ready?.status.podIP)
  console.log(JSON.stringify(ready?.status, null, 1))
  assert.equal(pod?.status.containerStatuses?.[0]?.restartCount, 0)
  const t = performance.now()
  await cluster.client.delete(Pod, { namespace: 'default', name: 'runs' })
  await cluster.until('runs', pod => pod === undefined)
  console.log('gone after', performance.now() - t)
  const events = (await cluster.client.list(Event, { namespace: 'default' })).items
  console.log(events.map(e => `${e.reason}: ${e.message}`))
})

test('a pod that ends well has succeeded', async () => {
  await cluster.create('ends', { ...shell('echo bye; sleep 0.2'), restartPolicy: 'Never' })
  const pod = await cluster.until('ends', pod => pod?.status.phase === 'Succeeded')
  console.log(JSON.stringify(pod?.status, null, 1))
})

test('a container that crashes is restarted, then backed off', async () => {
  await cluster.create('crashes', shell('exit 7'))
  const pod = await cluster.until('crashes', pod => pod?.status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff')
  console.log(JSON.stringify(pod?.status.containerStatuses, null, 1))
})
