/** Pods that make way for more important ones, on simulated nodes. Each test has a resource of its own on the nodes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import type { Any, Resource } from '../support/resource.ts'
import { settled, settledOne } from '../support/settled.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const PRIORITIES = { low: 1, medium: 100, high: 1_000, p1: 11, p2: 12, p3: 13, p4: 14 }
let areClassesMade: Promise<unknown> | undefined
const classes = () =>
  (areClassesMade ??= Promise.all(
    Object.entries(PRIORITIES).map(([name, value]) => stage.resource(PriorityClass).create({ metadata: { name }, value })),
  ))

/** A resource of which each node has so much, and what asks for it. */
async function scarce(
  name: string,
  amount: number,
): Promise<{ readonly nodes: readonly string[]; readonly asking: (amount: number) => object }> {
  const resource = `example.com/${name}`
  const nodes = stage.resource(Node)
  const { items } = await nodes.list()
  const status = { capacity: { [resource]: String(amount) }, allocatable: { [resource]: String(amount) } }
  for (const { metadata } of items) await nodes.patch(metadata.name, { status }, { type: 'strategic', subresource: 'status' })
  await classes()
  const asking = (amount: number) => ({ requests: { [resource]: String(amount) }, limits: { [resource]: String(amount) } })
  return { nodes: items.map(({ metadata }: Any) => metadata.name), asking }
}
interface PauseTraits {
  readonly priority: string
  readonly resources: object
  readonly node?: string
}
const pause = ({ priority, resources, node }: PauseTraits) => ({
  priorityClassName: priority,
  ...(node && { nodeSelector: { 'kubernetes.io/hostname': node } }),
  containers: [{ name: 'c', image: 'registry.k8s.io/pause', resources }],
})
const running = (pods: Resource, name: string): Promise<Any> =>
  settledOne(pods, name, object => {
    assert.equal(object.status.phase, 'Running')
    return object
  })

/** Two pods on each node leave too little room for another one: of them, the only one of low priority makes way. */
async function preempt(base: string, { important, priority }: { important: Resource; priority: string }): Promise<void> {
  const { nodes, asking } = await scarce(base, 5)
  const pods = stage.resource(Pod, await stage.namespace(base))
  const names: string[] = []
  for (const node of nodes)
    for (const _ of [0, 1]) {
      const priority = names.length === 0 ? 'low' : 'medium'
      const name = `pod${names.length}-${priority}`
      names.push(name)
      await pods.create({ metadata: { name }, spec: pause({ priority, resources: asking(2), node }) })
    }
  for (const name of names) await running(pods, name)
  const name = `${base}-pod`
  await important.create({ metadata: { name }, spec: pause({ priority, resources: asking(2) }) })
  assert.equal((await running(important, name)).spec.nodeName, nodes[0])
  const [victim = '', ...others] = names
  await pods.gone(victim)
  for (const other of others) assert.equal((await pods.get(other)).metadata.deletionTimestamp, undefined)
}

test('[sig-scheduling] SchedulerPreemption validates basic preemption works [Conformance] [Serial]', async () => {
  await preempt('preemptor', { important: stage.resource(Pod, await stage.namespace('important')), priority: 'high' })
})

test('[sig-scheduling] SchedulerPreemption validates lower priority pod preemption by critical pod [Conformance] [Serial]', () =>
  preempt('critical', { important: stage.resource(Pod, 'kube-system'), priority: 'system-cluster-critical' }))

test('[sig-scheduling] SchedulerPreemption validates pod disruption condition is added to the preempted pod [Conformance] [Serial]', async () => {
  const { nodes, asking } = await scarce('whole', 1)
  const [node] = nodes
  const pods = stage.resource(Pod, await stage.namespace('condition'))
  const at = (priority: string) => pause({ priority, resources: asking(1), ...(node && { node }) })
  await pods.create({ metadata: { name: 'victim-pod', finalizers: ['example.com/test-finalizer'] }, spec: at('low') })
  await running(pods, 'victim-pod')
  await pods.create({ metadata: { name: 'preemptor-pod' }, spec: at('high') })
  await settledOne(pods, 'victim-pod', ({ metadata, status }) => {
    assert.notEqual(metadata.deletionTimestamp, undefined)
    const found = status.conditions.find((one: Any) => one.type === 'DisruptionTarget')
    assert.deepEqual([found?.status, found?.reason], ['True', 'PreemptionByScheduler'])
  })
  await pods.patch('victim-pod', { metadata: { finalizers: null } })
  await pods.gone('victim-pod')
  await running(pods, 'preemptor-pod')
})

test('[sig-scheduling] SchedulerPreemption PreemptionExecutionPath runs ReplicaSets to verify preemption running path [Conformance] [Serial]', async () => {
  const { nodes, asking } = await scarce('fakecpu', 1_000)
  const [node = ''] = nodes
  const namespace = await stage.namespace('path')
  const [pods, sets] = [stage.resource(Pod, namespace), stage.resource(ReplicaSet, namespace)]
  await using watching = await pods.watch()
  for (const [at, amount] of [200, 300, 450].entries()) {
    const [name, labels] = [`rs-pod${at + 1}`, { name: `pod${at + 1}` }]
    const template = { metadata: { labels }, spec: pause({ priority: `p${at + 1}`, resources: asking(amount), node }) }
    await sets.create({ metadata: { name }, spec: { replicas: 1, selector: { matchLabels: labels }, template } })
    await settledOne(sets, name, ({ status }) => assert.equal(status.availableReplicas, 1))
  }
  await pods.create({ metadata: { name: 'pod4' }, spec: pause({ priority: 'p4', resources: asking(500), node }) })
  await running(pods, 'pod4')
  // Those that had to go are made again, and find no place.
  await settled(pods, {}, items => {
    const waiting = items.filter(({ status }) => (status.conditions ?? []).some((one: Any) => one.reason === 'Unschedulable'))
    assert.deepEqual([items.length, new Set(waiting.map(({ metadata }) => metadata.labels.name))], [4, new Set(['pod1', 'pod2'])])
  })
  const made = new Map<string, number>()
  const last = (await pods.create({ metadata: { name: 'last' }, spec: pause({ priority: 'p1', resources: asking(1), node }) })).metadata.uid
  await watching.until(({ type, object: { metadata } }) => {
    const { name } = metadata.labels ?? {}
    if (type === 'ADDED' && name) made.set(name, (made.get(name) ?? 0) + 1)
    return metadata.uid === last
  })
  assert.deepEqual(Object.fromEntries(made), { pod1: 2, pod2: 2, pod3: 1 })
})
