/** Which ports of the node another cluster has as well. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCidr } from '#base/cidr.ts'
import { clashes, isOfNode, keysIn } from './neighbours.ts'

const LISTED = `table ip knarr-other_services {
	map nodeports {
		type inet_proto . inet_service : verdict
		elements = { tcp . 30080 : goto pick-tcp-node-1, udp . 30053 : drop,
			     tcp . 30443 : goto pick-tcp-node-2 }
	}
}
`
test('the keys of a map are read off its listing', () =>
  assert.deepEqual([...keysIn(LISTED)], ['tcp . 30080', 'udp . 30053', 'tcp . 30443']))

const others = new Map([['other', new Map([['ip nodeports', keysIn(LISTED)]])]])
const rows: readonly (readonly [rule: string, id: string, clashes: boolean])[] = [
  ['the same port', 'ip nodeports tcp . 30080', true],
  ['another port', 'ip nodeports tcp . 30081', false],
  ['another protocol', 'ip nodeports udp . 30080', false],
  ['another family', 'ip6 nodeports tcp . 30080', false],
]
for (const [rule, id, isClash] of rows)
  test(`ports of two clusters: ${rule}`, () => assert.deepEqual(clashes([id], others), isClash ? [{ id, cluster: 'other' }] : []))

const ranges = [parseCidr('10.43.0.0/16') ?? assert.fail()]
for (const [id, isNode] of [
  ['ip nodeports tcp . 30080', true],
  ['ip services 192.0.2.1 . tcp . 80', true],
  ['ip services 10.43.0.7 . tcp . 80', false],
  ['ip unserved 192.0.2.1 . tcp . 80', false],
  ['ip endpoints-tcp 192.0.2.1 . 80 . 0', false],
] as const)
  test(`${isNode ? 'one of the node itself' : 'no port of the node'}: ${id}`, () => assert.equal(isOfNode(id, ranges), isNode))
