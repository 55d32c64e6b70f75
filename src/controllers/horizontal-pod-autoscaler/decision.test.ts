/** How many pods metrics ask for, and how far that is followed. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bounded, bounded, type Situation } from './behavior.ts'
import { podsFor, podsForShare, podsForValue, type Tolerance, toleranceOf, utilization, utilizationOf } from './proposal.ts'

/** Pods that each ask for 100 and use so much; `unready` and `missing` more. */
function proposal(
  usage: readonly number[],
  {
    percent = 50,
    unready = 0,
    missing = 0,
    tolerance,
  }: { percent?: number; unready?: number; missing?: number; tolerance?: Tolerance } = {},
) {
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)
  const all = [...names('m', usage.length), ...names('u', unready), ...names('x', missing)]
  const figures = {
    usage: new Map(usage.map((use, at) => [`m${at}`, use])),
    unready: new Set(names('u', unready)),
    missing: new Set(names('x', missing)),
  }
  const requests = new Map(all.map(name => [name, 100]))
  return podsFor(figures, utilization(percent, requests), { current: all.length, tolerance })
}
const value = (value: number, more: { ready?: number; current?: number; tolerance?: Tolerance } = {}) =>
  podsForValue(value, 100, { current: 3, ready: 3, pods: 3, ...more })
const proposals: readonly [rule: string, is: number, wanted: number][] = [
  ['twice the use takes twice the pods', proposal([100, 100]), 4],
  ['half of it half of them', proposal([25, 25, 25, 25]), 2],
  ['a tenth more or less changes nothing', proposal([54, 55]), 2],
  ['pods that are not ready count as idle when it would grow', proposal([100, 100], { unready: 2 }), 4],
  ['and may make it stay', proposal([75, 75], { unready: 2 }), 4],
  ['pods that were not measured count as busy when it would shrink', proposal([10, 10], { missing: 2 }), 4],
  ['what is not a whole percent is left away', proposal([55.9, 55.9]), 2],
  ['a value of the whole is shared', podsForShare(900, 100, 3), 9],
  ['and by pods that are not there yet', podsForShare(900, 100, 0), 9],
  ['or compared', value(200), 6],
  ['for the pods that are ready', value(200, { ready: 2 }), 4],
  ['what may be too high is told apart', proposal([60, 60], { tolerance: toleranceOf({ scaleUp: { tolerance: '250m' } }) }), 2],
  ['from what may be too low', proposal([25, 25], { tolerance: toleranceOf({ scaleUp: { tolerance: '900m' } }) }), 1],
  ['what may be too low', proposal([25, 25], { tolerance: toleranceOf({ scaleDown: { tolerance: '0.5' } }) }), 2],
  ['no tolerance heeds the least difference', proposal([51, 51], { tolerance: toleranceOf({ scaleUp: { tolerance: '0' } }) }), 3],
  ['of a value of the whole too', podsForShare(1_200, 100, 10, toleranceOf({ scaleUp: { tolerance: '0.3' } })), 10],
]
for (const [rule, is, wanted] of proposals) test(rule, () => assert.equal(is, wanted))
test('pods that ask for nothing have no utilization', () =>
  assert.throws(() => utilizationOf(new Map([['m0', 5]]), new Map([['m0', 0]])), /no metrics returned matched known pods/))
test('without pods a value is compared for none', () =>
  assert.throws(() => podsForValue(200, 100, { current: 3, ready: 0, pods: 0 }), /no pods returned by selector/))

const follow = (current: number, proposed: number, more: Partial<Situation> = {}): Bounded =>
  bounded({ current, proposed, minReplicas: 1, maxReplicas: 100, proposals: [], changes: [], now: 1_000_000, ...more })
const ago = (seconds: number, replicas: number) => [{ at: 1_000_000 - seconds * 1000, replicas }]
const quickly = {
  scaleUp: {
    policies: [
      { type: 'Pods' as const, value: 4, periodSeconds: 15 },
      { type: 'Percent' as const, value: 100, periodSeconds: 15 },
    ],
  },
}
const slowly = (value: number) => ({ scaleDown: { policies: [{ type: 'Pods' as const, value, periodSeconds: 60 }] } })
const rows: readonly [rule: string, is: Bounded, wanted: Bounded][] = [
  ['it grows at once', follow(5, 9), { replicas: 9 }],
  ['at most to four', follow(1, 50), { replicas: 4, limited: 'ScaleUpLimit' }],
  ['or to the double', follow(5, 50), { replicas: 10, limited: 'ScaleUpLimit' }],
  ['however much it has grown by lately', follow(10, 50, { changes: ago(5, 5) }), { replicas: 20, limited: 'ScaleUpLimit' }],
  ['with a behavior as its policies say', follow(2, 50, { behavior: quickly }), { replicas: 6, limited: 'ScaleUpLimit' }],
  [
    'counted from what there was when the period began',
    follow(10, 50, { changes: ago(5, 5), behavior: quickly }),
    { replicas: 10, limited: 'ScaleUpLimit' },
  ],
  ['also where it has shrunk since', follow(4, 50, { changes: ago(5, -6), behavior: quickly }), { replicas: 20, limited: 'ScaleUpLimit' }],
  ['never beyond the most', follow(5, 9, { maxReplicas: 7 }), { replicas: 7, limited: 'TooManyReplicas' }],
  [
    'it shrinks only to what was wanted in the last five minutes',
    follow(10, 2, { proposals: ago(200, 8) }),
    { replicas: 8, stabilized: 'ScaleDownStabilized' },
  ],
  [
    'and back to it, where it was made smaller by hand',
    follow(5, 2, { proposals: ago(200, 8) }),
    { replicas: 8, stabilized: 'ScaleDownStabilized' },
  ],
  ['later at once', follow(10, 2, { proposals: ago(301, 8) }), { replicas: 2 }],
  ['never below the fewest', follow(10, 2, { minReplicas: 3 }), { replicas: 3, limited: 'TooFewReplicas' }],
  ['as slowly as it is told', follow(10, 2, { behavior: slowly(1) }), { replicas: 9, limited: 'ScaleDownLimit' }],
  ['or not at all', follow(10, 2, { behavior: { scaleDown: { selectPolicy: 'Disabled' } } }), { replicas: 10, limited: 'ScaleDownLimit' }],
  ['a proposal to stay is followed', follow(5, 5), { replicas: 5 }],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))
