/** What is seen → what is decided, for daemon sets. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ago, NOW, podOf, type PodTraits, stored, TEMPLATE } from '#test/support/workloads.ts'
import { decide } from './decide.ts'
import { type Failures, NONE, pauseMs, withFailures } from './failures.ts'
import { targetOf, tolerationsOf } from './placement.ts'

const set = (spec: object = {}, pod: object = {}) =>
  stored(DaemonSet, {
    metadata: { name: 'agent', namespace: 'default', uid: 'ds', generation: 1 },
    spec: { selector: { matchLabels: { app: 'web' } }, template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, ...pod } }, ...spec },
  })
const node = (name: string, { taints = [], labels = {} }: { taints?: object[]; labels?: object } = {}) =>
  stored(Node, { metadata: { name, labels }, spec: { taints }, status: {} })
const revision = (object: DaemonSet, hash = 'new') =>
  stored(ControllerRevision, {
    metadata: { name: `agent-${hash}`, namespace: 'default', labels: { 'controller-revision-hash': hash } },
    data: { spec: { template: { ...object.spec.template, $patch: 'replace' } } },
    revision: 1,
  })
const on = (name: string, where: string, hash: string, traits: PodTraits = {}) =>
  podOf(name, { node: where, ready: 60, labels: { app: 'web', 'controller-revision-hash': hash }, ...traits })
function outcome(object: DaemonSet, nodes: readonly Node[], ...pods: Pod[]) {
  return outcomeAfter(NONE, object, nodes, ...pods)
}
function outcomeAfter(failures: Failures, object: DaemonSet, nodes: readonly Node[], ...pods: Pod[]) {
  const children = childrenOf([Pod, pods], [ControllerRevision, [revision(object)]])
  const plan = decide({ object, children, more: { nodes, failures }, refusals: [], now: NOW })
  const { desiredNumberScheduled, numberMisscheduled, numberAvailable } = plan.status as DaemonSet['status']
  return {
    create: (plan.create ?? []).map(({ object }) => targetOf(object as Pod)),
    remove: (plan.delete ?? []).map(({ object }) => object.metadata.name),
    counts: `${desiredNumberScheduled}/${numberMisscheduled}/${numberAvailable}`,
    again: plan.lookAgainMs,
  }
}
const gpu = (effect: string) => ({ taints: [{ key: 'gpu', effect }] })
const cordoned = { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }
const surging = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }
const three = [node('a'), node('b'), node('c')]
const olds = [on('pa', 'a', 'old'), on('pb', 'b', 'old'), on('pc', 'c', 'old')]

const rows: readonly [rule: string, seen: ReturnType<typeof outcome>, wanted: Partial<ReturnType<typeof outcome>>][] = [
  ['a pod for each node', outcome(set(), three), { create: ['a', 'b', 'c'], counts: '3/0/0' }],
  ['none where a taint repels it', outcome(set(), [node('a', gpu('NoSchedule'))]), { create: [], counts: '0/0/0' }],
  ['one on a cordoned node too', outcome(set(), [node('a', cordoned)]), { create: ['a'] }],
  ['one that runs may stay', outcome(set(), [node('a', gpu('NoSchedule'))], on('p', 'a', 'new')), { remove: [], counts: '0/1/0' }],
  ['unless it is driven away', outcome(set(), [node('a', gpu('NoExecute'))], on('p', 'a', 'new')), { remove: ['p'] }],
  [
    'only on nodes that are asked for',
    outcome(set({}, { nodeSelector: { disk: 'ssd' } }), [node('a', { labels: { disk: 'ssd' } }), node('b')], on('p', 'b', 'new')),
    { create: ['a'], remove: ['p'] },
  ],
  ['one that goes keeps its place', outcome(set(), [node('a')], on('p', 'a', 'new', { isTerminating: true })), { create: [] }],
  [
    'the oldest of two stays',
    outcome(set(), [node('a')], on('p', 'a', 'new', { age: 10 }), on('q', 'a', 'new', { age: 20 })),
    { remove: ['p'] },
  ],
  [
    'a failed one goes, and is made again when it is gone',
    outcome(set(), [node('a')], on('p', 'a', 'new', { phase: 'Failed' })),
    { remove: ['p'], create: [] },
  ],
  [
    'but not at once when one has failed there before',
    outcomeAfter(new Map([['a', { count: 2, at: NOW - 500 }]]), set(), [node('a')], on('p', 'a', 'new', { phase: 'Failed' })),
    { remove: [], again: 1_500 },
  ],
  [
    'what failed on another node keeps none',
    outcomeAfter(new Map([['b', { count: 9, at: NOW }]]), set(), [node('a')], on('p', 'a', 'new', { phase: 'Failed' })),
    { remove: ['p'] },
  ],
  [
    'one for a node that is gone goes',
    outcome(
      set(),
      [node('a')],
      on('p', 'a', 'new'),
      podOf('q', {
        node: '',
        spec: {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['z'] }] }],
              },
            },
          },
        },
      }),
    ),
    { remove: ['q'] },
  ],
  ['a rollout takes one at a time', outcome(set(), three, ...olds), { remove: ['pa'] }],
  ['and waits for it', outcome(set(), three, on('pa', 'a', 'new', { ready: undefined as never }), ...olds.slice(1)), { remove: [] }],
  [
    'old pods that do not serve go first',
    outcome(set(), three, ...olds.slice(0, 2), on('pc', 'c', 'old', { phase: 'Pending', status: { conditions: [] } })),
    { remove: ['pc', 'pa'] },
  ],
  ['OnDelete waits for people', outcome(set({ updateStrategy: { type: 'OnDelete' } }), three, ...olds), { remove: [], create: [] }],
  ['a surge makes before it deletes', outcome(set(surging), three, ...olds), { create: ['a'], remove: [] }],
  [
    'and deletes what is replaced',
    outcome(set(surging), three, ...olds, on('na', 'a', 'new', { age: 5 })),
    { create: ['b'], remove: ['pa'] },
  ],
]
for (const [rule, seen, wanted] of rows)
  test(rule, () => assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, seen[name as keyof typeof wanted]])), wanted))

test('daemons bear the taints of nodes in need, once', () => {
  const borne = tolerationsOf(
    set({}, { hostNetwork: true, tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }] }),
  )
  assert.deepEqual(
    borne.map(({ key }) => key?.split('/')[1]),
    ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'],
  )
})
test('a template that was there before gets the next revision', () => {
  const object = set()
  const other = { ...revision(set({}, { hostNetwork: true }), 'other'), revision: 5 }
  const children = childrenOf([Pod, []], [ControllerRevision, [revision(object), other]])
  const plan = decide({ object, children, more: { nodes: [], failures: NONE }, refusals: [], now: NOW })
  assert.deepEqual(
    plan.update?.map(({ object }) => [object.metadata.name, object.revision]),
    [['agent-new', 6]],
  )
})
test("of two revisions with one template the later stays, and gets the other's pods", () => {
  const object = set()
  const twins = [revision(object, 'first'), { ...revision(object, 'second'), revision: 2 }]
  const step = (...pods: Pod[]) => {
    const children = childrenOf([Pod, pods], [ControllerRevision, twins])
    const plan = decide({ object, children, more: { nodes: [node('a')], failures: NONE }, refusals: [], now: NOW })
    return {
      labels: plan.update?.map(({ object }) => [object.metadata.name, object.metadata.labels?.['controller-revision-hash']]),
      remove: plan.delete?.map(({ object }) => object.metadata.name),
      updated: (plan.status as DaemonSet['status']).updatedNumberScheduled,
    }
  }
  assert.deepEqual(step(on('p', 'a', 'first')), { labels: [['p', 'second']], remove: [], updated: 1 })
  assert.deepEqual(step(on('p', 'a', 'second')), { labels: [], remove: ['agent-first'], updated: 1 })
})
test('failures on a node are waited for twice as long each time, up to a quarter of an hour, and are forgotten', () => {
  const times = [1, 2, 3, 11, 50].map(count => pauseMs({ count, at: NOW }, NOW))
  assert.deepEqual(times, [1_000, 2_000, 4_000, 900_000, 900_000])
  const twice = withFailures(withFailures(NONE, ['a'], NOW), ['a', 'b'], NOW + 1_000)
  assert.deepEqual(
    [...twice].map(([node, { count }]) => [node, count]),
    [
      ['a', 2],
      ['b', 1],
    ],
  )
  assert.deepEqual(
    [...withFailures(twice, ['b'], NOW + 1_801_001)].map(([node, { count }]) => [node, count]),
    [['b', 1]],
  )
})
test('the deletion of the set is left to others', () => {
  const object = { ...set(), metadata: { ...set().metadata, deletionTimestamp: ago(1) } }
  assert.deepEqual(outcome(object, three), { create: [], remove: [], counts: '3/0/0', again: undefined })
})
