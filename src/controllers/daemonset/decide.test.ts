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
  const children = childrenOf([Pod, pods], [ControllerRevision, [revision(object)]])
  const plan = decide({ object, children, more: nodes, refusals: [], now: NOW })
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
  ['but not at once', outcome(set(), [node('a')], on('p', 'a', 'new', { phase: 'Failed', age: 2 })), { remove: [], again: 3_000 }],
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
  const plan = decide({ object, children, more: [], refusals: [], now: NOW })
  assert.deepEqual(
    plan.update?.map(({ object }) => [object.metadata.name, object.revision]),
    [['agent-new', 6]],
  )
})
test('the deletion of the set is left to others', () => {
  const object = { ...set(), metadata: { ...set().metadata, deletionTimestamp: ago(1) } }
  assert.deepEqual(outcome(object, three), { create: [], remove: [], counts: '3/0/0', again: undefined })
})
