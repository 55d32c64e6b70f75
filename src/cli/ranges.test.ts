/** Rules by which clusters get their address ranges, and ranges are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRanges, freeRanges, type Taken } from './ranges.ts'

const first = { name: 'first', podCidr: '10.42.0.0/16', serviceCidr: '10.43.0.0/16' }
const to = (destination: string, link = 'tun0') => ({ destination, link })
const rows: [rule: string, taken: Partial<Taken>, podCidr: string][] = [
  ['the first cluster gets the first pair', {}, '10.42.0.0/16'],
  ['the second cluster gets the second pair', { others: [first] }, '10.44.0.0/16'],
  ['a route of the machine into either range moves on', { routes: [to('10.43.7.0/24')] }, '10.44.0.0/16'],
  ['a wide route moves on to other ranges', { routes: [to('10.0.0.0/8')] }, '172.16.0.0/16'],
  ['and two of them', { routes: [to('10.0.0.0/8'), to('172.16.0.0/12')] }, '100.64.0.0/16'],
  ['the DNS address of a cluster that is kept elsewhere moves on', { routes: [to('10.43.0.10/32', 'kd-other')] }, '10.44.0.0/16'],
  ['other routes do not matter', { routes: [to('192.0.2.0/24'), to('10.1.0.0/16')] }, '10.42.0.0/16'],
  ['default routes in two halves do not matter', { routes: [to('0.0.0.0/1'), to('128.0.0.0/1')] }, '10.42.0.0/16'],
]
for (const [rule, taken, podCidr] of rows)
  test(`address ranges: ${rule}`, () => assert.equal(freeRanges({ others: [], routes: [], ...taken }).podCidr, podCidr))

test('address ranges: when none is free, the cure is told', () =>
  assert.throws(() => freeRanges({ others: [], routes: [to('10.0.0.0/8'), to('172.16.0.0/12'), to('100.64.0.0/10')] }), /--pod-cidr/))

const CURE = 'do this'
const BOTH = { podCidr: '10.42.0.0/16,fd00:42::/56', serviceCidr: '10.43.0.0/16,fd00:43::/112' }
const checks: [rule: string, ranges: Partial<typeof first>, taken: Partial<Taken>, message: string | undefined][] = [
  ['free ranges are fine', {}, { routes: [to('192.0.2.0/24', 'eth0')] }, undefined],
  [
    'a route into the range is refused',
    {},
    { routes: [to('10.42.7.0/24')] },
    'use address range 10.42.0.0/16 for pods: this machine has a route to 10.42.7.0/24 over "tun0"; do this',
  ],
  [
    'a route to just the range too',
    {},
    { routes: [to('10.43.0.0/16', 'wg0')] },
    'use address range 10.43.0.0/16 for services: this machine has a route to 10.43.0.0/16 over "wg0"; do this',
  ],
  ['a wider route is not', {}, { routes: [to('10.0.0.0/8')] }, undefined],
  ['the links of the cluster’s own pods are not', {}, { routes: [{ ...to('10.42.0.5/32', 'veth1a2b3c4d'), isOwn: true }] }, undefined],
  [
    'the link of a cluster that is kept elsewhere is refused',
    {},
    { routes: [to('10.43.0.10/32', 'kd-other')] },
    'use address range 10.43.0.0/16 for services: this machine has a route to 10.43.0.10/32 over "kd-other"; do this',
  ],
  [
    'another cluster is refused',
    {},
    { others: [{ ...first, name: 'other' }] },
    'use address range 10.42.0.0/16 for pods: cluster "other" has 10.42.0.0/16 and 10.43.0.0/16; do this',
  ],
  [
    'ranges that overlap one another are refused',
    { serviceCidr: '10.42.128.0/20' },
    {},
    'use address ranges 10.42.0.0/16 for pods and 10.42.128.0/20 for services: they overlap; do this',
  ],
  ['one range of each family is fine', BOTH, { routes: [to('fd00::/64', 'eth0'), to('fe80::/64', 'veth1a2b3c4d')] }, undefined],
  [
    'a route into the second range is refused',
    BOTH,
    { routes: [to('fd00:43::/120')] },
    'use address range fd00:43::/112 for services: this machine has a route to fd00:43::/120 over "tun0"; do this',
  ],
  [
    'another cluster that has only the second range is refused',
    BOTH,
    { others: [{ name: 'other', podCidr: '10.44.0.0/16,fd00:42::/48', serviceCidr: '10.45.0.0/16,fd00:45::/112' }] },
    'use address range fd00:42::/56 for pods: cluster "other" has 10.44.0.0/16,fd00:42::/48 and 10.45.0.0/16,fd00:45::/112; do this',
  ],
  [
    'pods of two families need services of both',
    { podCidr: BOTH.podCidr },
    {},
    'use address ranges 10.42.0.0/16,fd00:42::/56 for pods and 10.43.0.0/16 for services: they are not of the same families, in the same order; do this',
  ],
  [
    'second ranges that overlap one another are refused',
    { ...BOTH, serviceCidr: '10.43.0.0/16,fd00:42::/112' },
    {},
    'use address ranges 10.42.0.0/16,fd00:42::/56 for pods and 10.43.0.0/16,fd00:42::/112 for services: they overlap; do this',
  ],
]
for (const [rule, ranges, taken, message] of checks)
  test(`address ranges: ${rule}`, () => {
    const check = () => checkRanges({ ...first, ...ranges }, { others: [], routes: [], ...taken }, CURE)
    if (message === undefined) check()
    else assert.throws(check, { message })
  })
