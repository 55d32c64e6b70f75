/** How pod ranges are shared out among the nodes of one machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allPodRanges, linkAddresses, linkRanges, nodesMax, podRanges } from './node-ranges.ts'

test('each node has a share of its own, and the links between them have the last one', () => {
  assert.deepEqual(
    [1, 2, 3].map(number => podRanges('10.42.0.0/16', number)),
    [['10.42.0.0/24'], ['10.42.1.0/24'], ['10.42.2.0/24']],
  )
  assert.deepEqual(linkRanges('10.42.0.0/16'), ['10.42.255.0/24'])
  assert.deepEqual(allPodRanges({ podCidr: '10.42.0.0/16' }), ['10.42.0.0/16'])
  assert.deepEqual(allPodRanges({ podCidr: '10.42.0.0/16', nodes: 2 }), ['10.42.0.0/24', '10.42.1.0/24'])
  assert.deepEqual(
    [1, 2].flatMap(number => linkAddresses('10.42.0.0/16', number)),
    ['10.42.255.1', '10.42.255.2'],
  )
})
test('with two families it has one of each, in their order', () => {
  const both = 'fd00:42::/56,10.42.0.0/16'
  assert.deepEqual(podRanges(both, 2), ['fd00:42:0:1::/64', '10.42.1.0/24'])
  assert.deepEqual(linkRanges(both), ['fd00:42:0:ff::/64', '10.42.255.0/24'])
  assert.deepEqual(linkAddresses(both, 2), ['fd00:42:0:ff::2', '10.42.255.2'])
  assert.deepEqual(allPodRanges({ podCidr: both }), ['fd00:42::/56', '10.42.0.0/16'])
  assert.deepEqual(allPodRanges({ podCidr: both, nodes: 2 }), ['fd00:42::/64', '10.42.0.0/24', 'fd00:42:0:1::/64', '10.42.1.0/24'])
})
const rows: [podCidr: string, nodes: number][] = [
  ['10.42.0.0/26', 1],
  ['10.42.0.0/24', 1],
  ['10.42.0.0/23', 1],
  ['10.42.0.0/22', 3],
  ['10.42.0.0/16', 16],
  ['fd00:42::/112', 1],
  ['fd00:42::/62', 3],
  ['fd00:42::/48', 16],
  ['10.42.0.0/16,fd00:42::/62', 3],
]
for (const [podCidr, nodes] of rows)
  test(`pod range ${podCidr} has room for ${nodes} node(s)`, () => {
    assert.equal(nodesMax(podCidr), nodes)
    if (nodes > 1) assert.notDeepEqual(podRanges(podCidr, nodes), linkRanges(podCidr))
    else if (/\/(26|112)$/.test(podCidr)) assert.deepEqual(podRanges(podCidr, 1), [podCidr], 'a small range is not exceeded')
  })
