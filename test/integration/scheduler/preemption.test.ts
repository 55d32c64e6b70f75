/** Pods that make room for more important ones, in a whole control plane with simulated nodes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { condition } from '#kinds/core/pod/facts.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { once, readyNamespace, refusalOf } from './fixture.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster({ simulatedNodes: 2 })
  await cluster.client.create(PriorityClass, { metadata: { name: 'high' }, value: 1000 })
  await cluster.client.create(PriorityClass, {
    metadata: { name: 'patient' },
    value: 1000,
    preemptionPolicy: 'Never',
  })
})
after(() => cluster?.[Symbol.asyncDispose]())

test('two fill the cluster; a more important one takes the place of one, a patient one waits', { timeout: 120_000 }, async () => {
  const { client } = cluster
  const namespace = await readyNamespace(cluster, 'room')
  const { items } = await client.list(Node)
  const cpu = items[0]?.status?.allocatable?.['cpu'] as string
  const create = (name: string, spec: object = {}) =>
    client.create(Pod, {
      // The finalizer keeps what has to go in sight.
      metadata: { name, namespace, finalizers: name.startsWith('low') ? ['example.com/sight'] : [] },
      spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }], terminationGracePeriodSeconds: 0, ...spec },
    } as unknown as Partial<Pod>)
  const shown = (until: (pods: readonly Pod[]) => boolean) => once(cluster, Pod, { namespace, until })

  for (const name of ['low-1', 'low-2']) await create(name)
  await shown(pods => pods.length === 2 && pods.every(({ spec }) => spec.nodeName))
  await create('low-3')
  const full = await shown(pods => refusalOf(pods, 'low-3') !== undefined)
  const message =
    '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.'
  assert.equal(refusalOf(full, 'low-3'), message)
  const release = (name: string) => client.patch(Pod, { namespace, name }, 'merge', { metadata: { finalizers: null } })
  await release('low-3')
  await client.delete(Pod, { namespace, name: 'low-3' })

  await create('patient', { priorityClassName: 'patient' })
  const waiting = await shown(pods => refusalOf(pods, 'patient') !== undefined)
  assert.equal(
    refusalOf(waiting, 'patient'),
    '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  )
  await client.delete(Pod, { namespace, name: 'patient' })

  const high = await create('high', { priorityClassName: 'high' })
  const isNominated = ({ metadata, status }: Pod) => metadata.name === 'high' && status.nominatedNodeName !== undefined
  const going = await shown(pods => pods.some(({ metadata }) => metadata.deletionTimestamp) && pods.some(isNominated))
  const victim = going.find(({ metadata }) => metadata.deletionTimestamp) as Pod
  const because = condition(victim, 'DisruptionTarget')
  assert.equal(because?.reason, 'PreemptionByScheduler')
  assert.equal(because?.message, 'default-scheduler: preempting to accommodate a higher priority pod')
  const nominated = going.find(({ metadata }) => metadata.name === 'high')?.status.nominatedNodeName
  assert.equal(nominated, victim.spec.nodeName)
  await release(victim.metadata.name as string)
  const after = await shown(pods => pods.length === 2 && pods.some(({ metadata, spec }) => metadata.name === 'high' && spec.nodeName))
  const placed = after.find(({ metadata }) => metadata.name === 'high')
  const events = await once(cluster, Event, { namespace, until: list => list.some(({ reason }) => reason === 'Preempted') })
  const told = events.find(({ reason }) => reason === 'Preempted')
  assert.equal(told?.message, `Preempted by pod ${high.metadata.uid} on node ${placed?.spec.nodeName}`)
  assert.equal(told?.involvedObject?.name, victim.metadata.name)
  assert.equal(placed?.spec.nodeName, nominated)
})
