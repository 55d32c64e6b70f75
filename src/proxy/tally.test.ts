/** What of a table is missed, read off the way in which nft lists it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IPV4, IPV6 } from './family.ts'
import { difference, tallyIn, tallyOf } from './tally.ts'

const OPTIONS = { name: 't', podRanges: ['10.42.0.0/16', 'fd00:42::/56'], nodeRanges: ['10.42.0.0/24'], serviceRanges: ['10.43.0.0/16'] }
const ENTRIES: readonly (readonly [id: string, value: string])[] = [
  ['ip services 10.43.0.1 . tcp . 80', 'goto pick-tcp-2'],
  ['ip endpoints-tcp 10.43.0.1 . 80 . 0', '10.42.0.1 . 8080'],
  ['ip set clients-a', 'type ipv4_addr; flags dynamic,timeout; timeout 10s;'],
  ['ip chain sticky-a', 'one\ntwo\nthree'],
]
/** As nft 1.0.6 writes it, with what matters here. */
const LISTED = `table ip t {
	map services {
		type ipv4_addr . inet_proto . inet_service : verdict
		elements = { 0.0.0.0 . tcp . 0 : goto alive-element,
			     10.43.0.1 . tcp . 80 : goto pick-tcp-2 }
	}

	map endpoints-tcp {
		typeof ip daddr . tcp dport . numgen random mod 2 : ip daddr . tcp dport
		elements = { 10.43.0.1 . 80 . 0 : 10.42.0.1 . 8080 }
	}

	set sources {
		type ipv4_addr . inet_proto . inet_service . ipv4_addr
		flags interval
		elements = { 10.43.0.1 . tcp . 80 . 10.0.0.0/8, 10.43.0.1 . tcp . 80 . 192.168.1.7,
			     10.43.0.1 . tcp . 443 . 0.0.0.0/0 }
	}

	set clients-a {
		type ipv4_addr
		size 65535
		flags dynamic,timeout
		timeout 10s
		elements = { 10.42.0.9 expires 9s8ms, 10.42.0.8 expires 2s }
	}

	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		ip saddr != 10.42.0.0/16 jump outside
		jump dispatch
	}

	chain sticky-a {
		ip saddr @clients-a goto backend-a
		ip saddr @clients-b goto backend-b
		numgen random mod 2 vmap { 0 : goto backend-a, 1 : goto backend-b }
	}

	chain alive-rule {
	}

	chain pick-tcp-2 {
		meta l4proto tcp dnat ip to ip daddr . tcp dport . numgen random mod 2 map @endpoints-tcp
		meta l4proto tcp dnat ip to ip daddr . tcp dport . numgen random mod 1 map @endpoints-tcp
	}
}
`
test('elements and rules of a listing are counted, but not the clients that come and go', () =>
  assert.deepEqual(Object.fromEntries(tallyIn(LISTED)), {
    'ip elements services': 2,
    'ip elements endpoints-tcp': 1,
    'ip elements sources': 3,
    'ip elements clients-a': 0,
    'ip chain prerouting': 2,
    'ip chain sticky-a': 3,
    'ip chain alive-rule': 0,
    'ip chain pick-tcp-2': 2,
  }))

const wanted = tallyOf([{ ...OPTIONS, family: IPV4 }], ENTRIES, ['ip pick-tcp-2'])
test('what should be there is told by the empty table, the entries and the chains that pick', () => {
  for (const [name, count] of tallyIn(LISTED)) if (name !== 'ip elements sources') assert.equal(wanted.get(name), count, name)
  assert.equal(wanted.get('ip chain never'), 1)
  assert.equal(wanted.get('ip chain leaving'), 3)
  assert.equal(tallyOf([{ ...OPTIONS, family: IPV6 }], [], []).get('ip6 chain leaving'), 4)
})

const rows: readonly (readonly [rule: string, name: string, found: number | undefined, told: string | undefined])[] = [
  ['all is there', 'ip elements services', 2, undefined],
  ['an element was deleted', 'ip elements services', 1, 'services of family ip has 1 elements instead of 2'],
  ['somebody added one', 'ip elements services', 3, 'services of family ip has 3 elements instead of 2'],
  ['a rule was deleted', 'ip chain prerouting', 1, 'chain prerouting of family ip has 1 rules instead of 2'],
  ['a chain was deleted', 'ip chain postrouting', undefined, 'chain postrouting of family ip is gone'],
]
for (const [rule, name, found, told] of rows)
  test(`what is missed: ${rule}`, () => {
    const there = new Map(wanted)
    if (found === undefined) there.delete(name)
    else there.set(name, found)
    assert.equal(difference(wanted, there), told)
  })
test('chains and sets of others in the table are no matter', () =>
  assert.equal(difference(wanted, new Map([...wanted, ['ip chain theirs', 1] as const])), undefined))
