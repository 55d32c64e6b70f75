/** Which range a node's pods get. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cidr, parseCidr } from '#base/cidr.ts'
import { childrenOf } from '#client/plan.ts'
import type { Node } from '#kinds/core/node.ts'
import { decide } from './decide.ts'

const cidr = (text: string): Cidr => parseCidr(text) ?? assert.fail(text)
const node = (podCIDRs: readonly string[] = []) => ({ metadata: { name: 'n1' }, spec: { podCIDRs } }) as unknown as Node
const FOUR = ['10.42.0.0/16']

/** `undefined` as the range: there is none left. */
const rows: [rule: string, ranges: readonly string[], taken: readonly string[], podCIDRs: readonly string[] | undefined][] = [
  ['the first node gets the first share', FOUR, [], ['10.42.0.0/24']],
  ['the next one the next', FOUR, ['10.42.0.0/24'], ['10.42.1.0/24']],
  ['what a node has left is given again', FOUR, ['10.42.0.0/24', '10.42.2.0/24'], ['10.42.1.0/24']],
  ['a larger share of somebody’s own takes several', FOUR, ['10.42.0.0/23'], ['10.42.2.0/24']],
  ['ranges elsewhere do not matter', FOUR, ['10.43.0.0/24', '2001:db8::/64'], ['10.42.0.0/24']],
  ['one range of each family', [...FOUR, '2001:db8::/56'], ['10.42.0.0/24', '2001:db8::/64'], ['10.42.1.0/24', '2001:db8:0:1::/64']],
  ['none is left', ['10.42.0.0/23'], ['10.42.0.0/24', '10.42.1.0/24'], undefined],
  ['none is left of one family', [...FOUR, '2001:db8::/64'], ['2001:db8::/64'], undefined],
  ['a small cluster has one node', ['10.42.0.0/26'], [], ['10.42.0.0/26']],
  ['and no second', ['10.42.0.0/26'], ['10.42.0.0/26'], undefined],
  ['a share that is larger than all is no loop', ['2001:db8::/32'], ['2001:db8::/33'], ['2001:db8:8000::/64']],
  ['somebody has the whole range', FOUR, ['10.0.0.0/8'], undefined],
]
for (const [rule, ranges, taken, podCIDRs] of rows)
  test(`ranges of nodes: ${rule}`, () => {
    const more = { clusterRanges: ranges.map(cidr), taken: taken.map(cidr) }
    const plan = decide({ object: node(), children: childrenOf(), more, refusals: [], now: 0 })
    assert.deepEqual(plan.object?.spec.podCIDRs, podCIDRs)
    assert.equal(plan.object?.spec.podCIDR, podCIDRs?.[0])
    assert.deepEqual(
      plan.events?.map(({ reason, message }) => [reason, message]),
      podCIDRs ? undefined : [['CIDRNotAvailable', 'Node n1 status is now: CIDRNotAvailable']],
    )
  })
test('ranges of nodes: a node keeps what it has', () => {
  const more = { clusterRanges: FOUR.map(cidr), taken: [] }
  assert.deepEqual(decide({ object: node(['10.9.0.0/24']), children: childrenOf(), more, refusals: [], now: 0 }), {})
})
