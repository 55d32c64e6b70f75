/** Rules and columns of pod disruption budgets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, prepared } from '#test/support/kinds.ts'
import { PodDisruptionBudget } from './pod-disruption-budget.ts'

const selector = { matchLabels: { app: 'web' } }
for (const [rule, spec, expected] of [
  ['a plain one is fine', { minAvailable: 1, selector }, []],
  ['none at all may be missing', { maxUnavailable: 0, selector }, []],
  [
    'only one bound',
    { minAvailable: 1, maxUnavailable: 1 },
    [
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ],
  ],
  ['not more than all', { minAvailable: '101%' }, ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%']],
  ['not less than none', { maxUnavailable: -1 }, ['spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0']],
  [
    'a selector is well formed',
    { selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    ["spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
  ],
] as const)
  test(`PodDisruptionBudget: ${rule}`, () => assert.deepEqual(causes(PodDisruptionBudget, { spec }), expected))

test('PodDisruptionBudget: columns', () =>
  assert.deepEqual(
    Object.values(
      cells(PodDisruptionBudget, prepared(PodDisruptionBudget, { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 2 } }), 0),
    ),
    ['50%', 'N/A', 2, '<unknown>'],
  ))
