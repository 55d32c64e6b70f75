/** Tests of ranges: where the static part ends, and in which order numbers are tried. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cidr, formatAddress, parseCidr } from '#base/cidr.ts'
import { seededRandom } from '#base/random.ts'
import { addressRange, candidates, portRange } from './range.ts'

const cidr = (text: string) => parseCidr(text) as Cidr
for (const { text, first, last, dynamicFrom } of [
  { text: '10.96.0.0/16', first: '10.96.0.1', last: '10.96.255.254', dynamicFrom: '10.96.1.1' },
  { text: '10.96.0.0/20', first: '10.96.0.1', last: '10.96.15.254', dynamicFrom: '10.96.1.1' },
  { text: '10.96.0.0/24', first: '10.96.0.1', last: '10.96.0.254', dynamicFrom: '10.96.0.17' },
  { text: '10.96.0.0/28', first: '10.96.0.1', last: '10.96.0.14', dynamicFrom: '10.96.0.1' },
  { text: 'fd00::/108', first: 'fd00::1', last: 'fd00::f:ffff', dynamicFrom: 'fd00::101' },
])
  test(`addresses of ${text}`, () => {
    const { family } = cidr(text).address
    const range = addressRange(cidr(text))
    const shown = [range?.first, range?.last, range?.dynamicFrom].map(bits => formatAddress({ family, bits: bits as bigint }))
    assert.deepEqual(shown, [first, last, dynamicFrom])
  })
test('IPv6 ranges end at /64', () => assert.equal(addressRange(cidr('fd00::/63')), undefined))
test('the usual node ports keep 86 for those who ask', () => assert.equal(portRange(30_000, 32_767).dynamicFrom, 30_086n))
test('every number is tried once, the static part last', () => {
  const range = { first: 1n, last: 20n, dynamicFrom: 6n }
  for (let seed = 0; seed < 20; seed++) {
    const all = [...candidates(range, seededRandom(seed))]
    assert.equal(new Set(all).size, 20)
    assert(all.slice(0, 15).every(number => number >= 6n))
    assert(all.slice(15).every(number => number < 6n))
  }
})
