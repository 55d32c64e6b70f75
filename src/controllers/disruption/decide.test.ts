/** Numbers of budgets. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { ago, NOW, podOf, stored } from '#test/support/workloads.ts'
import { decide, type Guarded } from './decide.ts'

const pods = (ready: number, others = 0) => [
  ...Array.from({ length: ready }, (_, at) => podOf(`r${at}`, { ready: 60 })),
  ...Array.from({ length: others }, (_, at) => podOf(`u${at}`)),
]
function numbers(spec: object, guarded: Omit<Guarded, 'hasUnmanaged'> & { hasUnmanaged?: boolean }, status: object = {}) {
  const more = { hasUnmanaged: false, ...guarded }
  const object = stored(PodDisruptionBudget, { metadata: { name: 'guard', namespace: 'default', generation: 1 }, spec, status })
  const plan = decide({ object, children: childrenOf(), more, refusals: [], now: NOW })
  const is = plan.status as PodDisruptionBudget['status']
  const events = (plan.events ?? []).map(({ reason }) => reason).join()
  return `${is.currentHealthy} of ${is.desiredHealthy}, ${is.expectedPods} expected, ${is.disruptionsAllowed} allowed ${is.conditions?.[0]?.reason} ${events}`.trim()
}
const unknown = { unknown: 'found no controllers for pod "x"' }
const rows: readonly [rule: string, is: string, wanted: string][] = [
  [
    'a number counts what is there',
    numbers({ minAvailable: 2 }, { pods: pods(3), scale: 9 }),
    '3 of 2, 3 expected, 1 allowed SufficientPods',
  ],
  [
    'a share counts what is wanted, rounded up',
    numbers({ minAvailable: '50%' }, { pods: pods(3), scale: 5 }),
    '3 of 3, 5 expected, 0 allowed InsufficientPods',
  ],
  ['so do missing ones', numbers({ maxUnavailable: 1 }, { pods: pods(3, 1), scale: 4 }), '3 of 3, 4 expected, 0 allowed InsufficientPods'],
  [
    'shares of missing ones are rounded up too',
    numbers({ maxUnavailable: '30%' }, { pods: pods(4), scale: 4 }),
    '4 of 2, 4 expected, 2 allowed SufficientPods',
  ],
  [
    'nothing to guard allows nothing',
    numbers({ minAvailable: 0 }, { pods: [], scale: 0 }),
    '0 of 0, 0 expected, 0 allowed InsufficientPods NoPods',
  ],
  [
    'pods without a controller are told of where it matters',
    numbers({ maxUnavailable: 1 }, { pods: pods(2), scale: 0, hasUnmanaged: true }),
    '2 of 0, 0 expected, 0 allowed InsufficientPods UnmanagedPods',
  ],
  [
    'and not where only those that are there count',
    numbers({ minAvailable: 1 }, { pods: pods(2), scale: 0, hasUnmanaged: true }),
    '2 of 1, 2 expected, 1 allowed SufficientPods',
  ],
  [
    'granted evictions count as done',
    numbers({ minAvailable: 1 }, { pods: pods(2), scale: 2 }, { disruptedPods: { r0: ago(30) } }),
    '1 of 1, 2 expected, 0 allowed InsufficientPods',
  ],
  [
    'but not for ever',
    numbers({ minAvailable: 1 }, { pods: pods(2), scale: 2 }, { disruptedPods: { r0: ago(130) } }),
    '2 of 1, 2 expected, 1 allowed SufficientPods NotDeleted',
  ],
  [
    'what cannot be told allows nothing',
    numbers({ maxUnavailable: 1 }, { pods: pods(2), scale: unknown }),
    '0 of 0, 0 expected, 0 allowed SyncFailed CalculateExpectedPodCountFailed',
  ],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))
