/** Who ends when on a node that shuts down, and within which time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EndingPod, shutdownGroups } from './shutdown-order.ts'

/** Pods by priority and grace, and the seconds of those that end together. */
type Row = readonly [string, readonly (readonly [number, number])[], readonly (readonly number[])[]]
const PERIODS = { allSeconds: 30, criticalSeconds: 10 }
const rows: readonly Row[] = [
  ['no pods: no groups, no waiting', [], []],
  [
    'ordinary pods end together, each within its own grace',
    [
      [0, 5],
      [1000, 7],
    ],
    [[5, 7]],
  ],
  [
    'grace is bounded by what is left beside the critical pods',
    [
      [0, 600],
      [-5, 1],
    ],
    [[20, 1]],
  ],
  [
    'critical pods end last, within the part that is kept for them',
    [
      [2_000_001_000, 600],
      [0, 5],
    ],
    [[5], [10]],
  ],
  [
    'a pod just below the bound is not critical',
    [
      [1_999_999_999, 30],
      [2_000_000_000, 30],
    ],
    [[20], [10]],
  ],
  ['only critical pods: nobody is waited for before', [[2_000_000_000, 3]], [[3]]],
  ['a pod without grace is killed at once', [[0, 0]], [[0]]],
]
for (const [name, pods, expected] of rows)
  test(name, () => {
    const ending: EndingPod[] = pods.map(([priority, graceSeconds]) => ({ priority, graceSeconds }))
    assert.deepEqual(
      shutdownGroups(ending, PERIODS).map(group => group.map(({ seconds }) => seconds)),
      expected,
    )
  })
test('without a part of their own critical pods are killed, as upstream does', () => {
  const pod = { priority: 2_000_000_000, graceSeconds: 30 }
  assert.deepEqual(shutdownGroups([pod], { allSeconds: 30, criticalSeconds: 0 }), [[{ pod, seconds: 0 }]])
})
