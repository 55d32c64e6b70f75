/** Who ends when on a node that shuts down, and within which time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EndingPod, shutdownGroups, withCritical } from './shutdown-order.ts'

/** Pods by priority and grace, and the seconds of those that end together. */
type Row = readonly [string, readonly (readonly [number, number])[], readonly (readonly number[])[]]
const ending = (pods: Row[1]): EndingPod[] => pods.map(([priority, graceSeconds]) => ({ priority, graceSeconds }))
const seconds = (...[pods, periods]: Parameters<typeof shutdownGroups>) =>
  shutdownGroups(pods, periods).map(group => group.pods.map(({ seconds }) => seconds))

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
    assert.deepEqual(seconds(ending(pods), withCritical(30, 10)), expected)
  })
test('without a part of their own critical pods are killed, as upstream does', () => {
  assert.deepEqual(seconds(ending([[2_000_000_000, 30]]), withCritical(30, 0)), [[0]])
})
test('each period is for the pods from its priority up to that of the next one; who is below all goes first', () => {
  const pods = ending([
    [100_000, 600],
    [99_999, 600],
    [10_000, 600],
    [9_999, 600],
    [-10, 600],
    [2_000_000_000, 600],
  ])
  const periods = [
    { priority: 0, seconds: 60 },
    { priority: 10_000, seconds: 180 },
    { priority: 100_000, seconds: 10 },
  ] as const
  assert.deepEqual(seconds(pods, [...periods]), [
    [60, 60],
    [180, 180],
    [10, 10],
  ])
})
