/** Addresses and ranges: one row per form that is accepted, refused or rewritten. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  contains,
  firstOf,
  formatAddress,
  formatCidr,
  isGlobalUnicast,
  isLinkLocal,
  lastOf,
  overlaps,
  parseAddress,
  parseCidr,
  sizeOf,
} from './cidr.ts'

const addresses: readonly (readonly [text: string, canonical: string | undefined])[] = [
  ['10.9.8.7', '10.9.8.7'],
  ['255.255.255.255', '255.255.255.255'],
  ['256.1.1.1', undefined],
  ['010.1.1.1', undefined],
  ['1.2.3', undefined],
  ['', undefined],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8::ffff', '2001:db8::ffff'],
  ['fe80:0:0:0:0:0:0:0', 'fe80::'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['1:2:3:4:5:6:7', undefined],
  ['1::2::3', undefined],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['1.2.3.4::', undefined],
  ['12345::', undefined],
]
for (const [text, canonical] of addresses)
  test(`address "${text}" is ${canonical}`, () => {
    const address = parseAddress(text)
    assert.equal(address && formatAddress(address), canonical)
  })

const ranges: readonly (readonly [text: string, canonical: string | undefined])[] = [
  ['10.9.8.0/24', '10.9.8.0/24'],
  ['10.9.8.7/24', '10.9.8.0/24'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['10.0.0.0/33', undefined],
  ['10.0.0.0/08', undefined],
  ['10.0.0.0', undefined],
  ['2001:db8::/64', '2001:db8::/64'],
  ['::/129', undefined],
]
for (const [text, canonical] of ranges)
  test(`range "${text}" is ${canonical}`, () => {
    const cidr = parseCidr(text)
    assert.equal(cidr && formatCidr(cidr), canonical)
  })

const range = (text: string) => parseCidr(text) ?? assert.fail(text)
const address = (text: string) => parseAddress(text) ?? assert.fail(text)
test('a range contains its first and last address and no other family', () => {
  const services = range('10.96.0.0/12')
  assert.equal(formatAddress(firstOf(services)), '10.96.0.0')
  assert.equal(formatAddress(lastOf(services)), '10.111.255.255')
  assert.equal(sizeOf(services), 1n << 20n)
  assert(contains(services, address('10.111.255.255')))
  assert(!contains(services, address('10.112.0.0')))
  assert(!contains(services, address('::1')))
  assert(overlaps(services, range('10.100.0.0/16')))
  assert(overlaps(range('10.100.0.0/16'), services))
  assert(!overlaps(services, range('10.112.0.0/12')))
})
test('link-local ranges of both families', () => {
  assert(isLinkLocal(address('169.254.1.1')))
  assert(isLinkLocal(address('febf::1')))
  assert(!isLinkLocal(address('fec0::1')))
})
const machines: [text: string, isOne: boolean][] = [
  ['10.42.0.7', true],
  ['2001:db8::1', true],
  ['127.0.0.1', false],
  ['169.254.1.1', false],
  ['224.0.0.9', false],
  ['255.255.255.255', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fe80::1', false],
  ['ff0e::1', false],
]
for (const [text, isOne] of machines)
  test(`${text} ${isOne ? 'can' : 'cannot'} be the address of one machine of a network`, () =>
    assert.equal(isGlobalUnicast(address(text)), isOne))
