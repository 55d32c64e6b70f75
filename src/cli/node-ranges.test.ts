/** How a pod range is shared out among the nodes of one machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkAddress, linkRange, nodesMax, podRange, podRanges } from './node-ranges.ts'

test('each node has a share of its own, and the links between them have the last one', () => {
  assert.deepEqual(
    [1, 2, 3].map(number => podRange('10.42.0.0/16', number)),
    ['10.42.0.0/24', '10.42.1.0/24', '10.42.2.0/24'],
  )
  assert.equal(linkRange('10.42.0.0/16'), '10.42.255.0/24')
  assert.deepEqual(podRanges({ podCidr: '10.42.0.0/16' }), ['10.42.0.0/16'])
  assert.deepEqual(podRanges({ podCidr: '10.42.0.0/16', nodes: 2 }), ['10.42.0.0/24', '10.42.1.0/24'])
  assert.deepEqual(
    [1, 2].map(number => linkAddress('10.42.0.0/16', number)),
    ['10.42.255.1', '10.42.255.2'],
  )
})
const rows: [podCidr: string, nodes: number][] = [
  ['10.42.0.0/24', 1],
  ['10.42.0.0/23', 1],
  ['10.42.0.0/22', 3],
  ['10.42.0.0/16', 16],
]
for (const [podCidr, nodes] of rows)
  test(`pod range ${podCidr} has room for ${nodes} node(s)`, () => {
    assert.equal(nodesMax(podCidr), nodes)
    if (nodes > 1) assert.notEqual(podRange(podCidr, nodes), linkRange(podCidr))
  })
