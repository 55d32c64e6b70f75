/** How fast nodes lose their pods, by how many are not ready. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import { drivingRate, placeOf, turnOf } from './disruption.ts'

const node = (ready: boolean, labels: object): Node =>
  ({ metadata: { labels }, status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }] } }) as unknown as Node
const nodes = (zone: string, ready: number, fallen: number, labels: object = {}): readonly Node[] =>
  [...Array<boolean>(ready).fill(true), ...Array<boolean>(fallen).fill(false)].map(is =>
    node(is, { 'topology.kubernetes.io/zone': zone, ...labels }),
  )
const excluded = { 'node.kubernetes.io/exclude-disruption': '' }

const rows: readonly [rule: string, is: number | undefined, wanted: number | undefined][] = [
  ['one in ten seconds', drivingRate('/a', nodes('a', 9, 1)), 0.1],
  ['also where most of few have fallen', drivingRate('/a', nodes('a', 1, 2)), 0.1],
  ['none where most of a small zone have', drivingRate('/a', nodes('a', 2, 3)), 0],
  ['a little less than that is usual', drivingRate('/a', nodes('a', 5, 6)), 0.1],
  ['slowly in a large zone', drivingRate('/a', nodes('a', 20, 31)), 0.01],
  ['as usual in a zone that has fallen whole', drivingRate('/a', [...nodes('a', 0, 5), ...nodes('b', 1, 0)]), 0.1],
  ['others do not count for a zone', drivingRate('/b', [...nodes('a', 0, 5), ...nodes('b', 4, 1)]), 0.1],
  ['nobody is driven away where no node is ready', drivingRate('/a', [...nodes('a', 0, 5), ...nodes('b', 0, 1)]), undefined],
  ['excluded nodes do not count', drivingRate('/a', [...nodes('a', 0, 1), ...nodes('a', 1, 0, excluded)]), undefined],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))
const DRIVES = [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }]
interface Told {
  readonly taints?: readonly object[]
  readonly last?: number
  readonly fell?: string
}
const turn = (ready: number, fallen: number, { taints = [], last, fell = '1970-01-01T00:00:00Z' }: Told = {}) => {
  const status = { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: fell }] }
  const node = { ...nodes('a', 0, 1)[0], spec: { taints }, status } as unknown as Node
  return turnOf(node, { list: () => nodes('a', ready, fallen) }, { last, now: 100_000 })
}
const turns: readonly [rule: string, is: object, wanted: object][] = [
  ['the first that falls may', turn(2, 1), { mayDrive: true, isNew: true }],
  ['when it is seen what else falls', turn(2, 1, { fell: '1970-01-01T00:01:39Z' }), { mayDrive: false, lookAgainMs: 4_000 }],
  ['the next waits for its turn', turn(2, 2, { last: 98_000 }), { mayDrive: false, lookAgainMs: 5_000 }],
  ['the rest of it', turn(2, 2, { last: 91_000 }), { mayDrive: false, lookAgainMs: 1_000 }],
  ['and has it after ten seconds', turn(2, 2, { last: 90_000 }), { mayDrive: true, isNew: true }],
  ['also when the clock was set back', turn(2, 2, { last: 900_000 }), { mayDrive: true, isNew: true }],
  ['one that does already goes on', turn(2, 2, { taints: DRIVES, last: 98_000 }), { mayDrive: true }],
  ['as long as most are well', turn(2, 3), { mayDrive: false, lookAgainMs: 5_000 }],
  ['and none may when all have fallen', turn(0, 3, { taints: DRIVES }), { mayDrive: false, areAllDown: true, lookAgainMs: 5_000 }],
]
for (const [rule, is, wanted] of turns) test(rule, () => assert.deepEqual(is, wanted))
test('a node that is ready drives nobody away', () =>
  assert.deepEqual(turnOf(node(true, {}), { list: () => [] }, { now: 0 }), { mayDrive: true }))
test('a place is a zone in a region, by old labels or new ones', () =>
  assert.deepEqual(
    [
      placeOf(node(true, {})),
      placeOf(node(true, { 'topology.kubernetes.io/region': 'r', 'topology.kubernetes.io/zone': 'z' })),
      placeOf(node(true, { 'failure-domain.beta.kubernetes.io/zone': 'old', 'topology.kubernetes.io/zone': 'z' })),
    ],
    ['/', 'r/z', '/old'],
  ))
