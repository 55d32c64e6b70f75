/** What is seen → what is decided, for sets of pods. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Refused } from '#client/plan.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { ago, NOW, podOf, stored, TEMPLATE } from '#test/support/workloads.ts'
import { decideReplicas } from './decide.ts'
import { crowdOf, firstToGo } from './ranking.ts'

const set = (replicas: number, metadata: object = {}, status: object = {}) =>
  stored(ReplicaSet, {
    metadata: { name: 'web', namespace: 'default', uid: 'set', generation: 2, ...metadata },
    spec: { replicas, minReadySeconds: 30, selector: { matchLabels: { app: 'web' } }, template: TEMPLATE },
    status,
  })
const forbidden = refuse.forbidden({ group: '', resource: 'pods' }, 'web-x', 'exceeded quota')
const refused: Refused = { step: 'create', kind: Pod, refusal: forbidden }

interface Status {
  readonly replicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly terminatingReplicas: number
  readonly conditions: readonly { readonly reason?: string; readonly message?: string }[]
}
function outcome(object: ReplicaSet, pods: readonly Pod[] = [], refusals: readonly Refused[] = []) {
  const plan = decideReplicas({ object, pods, related: pods, refusals, now: NOW })
  const status = plan.status as Status
  return {
    create: plan.create?.length ?? 0,
    remove: (plan.delete ?? []).map(({ object }) => (object as Pod).metadata.name),
    counts: `${status.replicas}/${status.readyReplicas}/${status.availableReplicas}/${status.terminatingReplicas}`,
    failure: status.conditions[0]?.reason,
    again: plan.lookAgainMs,
  }
}
type Outcome = ReturnType<typeof outcome>
const quiet: Outcome = { create: 0, remove: [], counts: '0/0/0/0', failure: undefined, again: undefined }

const rows: readonly [rule: string, seen: Outcome, wanted: Outcome][] = [
  ['makes what is missing', outcome(set(3)), { ...quiet, create: 3 }],
  ['never steps further than 500, and then again', outcome(set(5_000)), { ...quiet, create: 500, again: 1 }],
  ['the last step is none of many', outcome(set(500)), { ...quiet, create: 500 }],
  ['does nothing while it is being deleted', outcome(set(3, { deletionTimestamp: ago(1) })), quiet],
  ['replaces pods that have failed', outcome(set(1), [podOf('a', { phase: 'Failed' })]), { ...quiet, create: 1 }],
  [
    'replaces pods that are being deleted at once',
    outcome(set(1), [podOf('a', { isTerminating: true, ready: 60 })]),
    { ...quiet, create: 1, counts: '0/0/0/1' },
  ],
  [
    'gives up pods that are too many',
    outcome(set(1), [podOf('a', { ready: 60 }), podOf('b')]),
    { ...quiet, remove: ['b'], counts: '2/1/1/0' },
  ],
  [
    'looks again when minReadySeconds are over',
    outcome(set(1), [podOf('a', { ready: 10 })]),
    { ...quiet, counts: '1/1/0/0', again: 20_000 },
  ],
  ['tells why it cannot make pods', outcome(set(1), [], [refused]), { ...quiet, create: 1, failure: 'FailedCreate' }],
  [
    'a failure is over when nothing was refused',
    outcome(set(1, {}, { replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }] })),
    { ...quiet, create: 1 },
  ],
]
for (const [rule, seen, wanted] of rows) test(rule, () => assert.deepEqual(seen, wanted))

const CHEAP = { 'controller.kubernetes.io/pod-deletion-cost': '-5' }
/** The first of the pods goes before the second, whatever their order. */
const ranked: readonly [rule: string, first: Pod, second: Pod, ...others: Pod[]][] = [
  ['without a node', podOf('a', { node: '', ready: 60 }), podOf('b')],
  ['pending before running', podOf('a', { phase: 'Pending', ready: 60 }), podOf('b')],
  ['unready', podOf('a', { restarts: 0 }), podOf('b', { ready: 60, restarts: 9 })],
  ['cheap to delete', podOf('a', { ready: 5_000, annotations: CHEAP }), podOf('b', { ready: 60 })],
  ['on a crowded node', podOf('a', { ready: 5_000, node: 'n2' }), podOf('b', { ready: 60 }), podOf('c', { ready: 60, node: 'n2' })],
  ['ready for a much shorter time', podOf('a', { ready: 10 }), podOf('b', { ready: 1_000, restarts: 9 })],
  ['by UID when ready about as long', podOf('a', { ready: 1_001 }), podOf('b', { ready: 1_000 })],
  ['restarted more often', podOf('a', { ready: 60, restarts: 3 }), podOf('b', { ready: 60, restarts: 1 })],
  ['much younger', podOf('z', { ready: 60, age: 100 }), podOf('b', { ready: 60, age: 10_000 })],
]
for (const [rule, first, second, ...others] of ranked)
  test(`goes first: ${rule}`, () => {
    const crowd = crowdOf([first, second, ...others])
    for (const pods of [
      [first, second],
      [second, first],
    ])
      assert.deepEqual(
        firstToGo(pods, 1, { crowd, now: NOW }).map(({ metadata }) => metadata.name),
        [first.metadata.name],
      )
  })
