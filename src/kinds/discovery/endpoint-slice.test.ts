/** Rules, defaults and columns of endpoint slices. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { EndpointSlice } from './endpoint-slice.ts'

const slice: Manifest = {
  metadata: { name: 's', namespace: 'default' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'] }],
  ports: [{ port: 80 }],
}
for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'an endpoint has an address',
    { endpoints: [{ addresses: [] }] },
    ['endpoints[0].addresses: Required value: must contain at least 1 address'],
  ],
  [
    'addresses are of the type',
    { endpoints: [{ addresses: ['fd00::1', 'x'] }] },
    [
      'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
      'endpoints[0].addresses[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  ],
  [
    'addresses mean the same on every machine',
    { endpoints: [{ addresses: ['127.0.0.1'] }, { addresses: ['0.0.0.0'] }, { addresses: ['169.254.1.1'] }] },
    [
      'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'endpoints[1].addresses[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      'endpoints[2].addresses[0]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
  ],
  [
    'addresses of IPv6 are written in one way',
    { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1'] }] },
    ['endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")'],
  ],
  [
    'domains have two parts',
    { addressType: 'FQDN', endpoints: [{ addresses: ['foo'] }, { addresses: ['foo.bar.'] }] },
    ['endpoints[0].addresses[0]: Invalid value: "foo": should be a domain with at least two segments separated by dots'],
  ],
  ['a port may be any number', { ports: [{ port: 0 }] }, []],
  ['ports differ by name', { ports: [{ port: 80 }, { port: 81 }] }, ['ports[1].name: Duplicate value: ""']],
  [
    'protocols are known',
    { ports: [{ port: 80, protocol: 'HTTP' }] },
    ['ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
  ],
  ['a type is there', { addressType: undefined }, ['addressType: Required value']],
] as const)
  test(`EndpointSlice: ${rule}`, () => assert.deepEqual(causes(EndpointSlice, changed(slice, changes)), expected))

test('EndpointSlice: the address type never changes', () =>
  assert.deepEqual(causes(EndpointSlice, changed(slice, { addressType: 'FQDN' }), slice), [
    'addressType: Invalid value: "FQDN": field is immutable',
  ]))
test('EndpointSlice: ports are TCP without a name', () =>
  assert.deepEqual(prepared(EndpointSlice, slice).ports, [{ name: '', protocol: 'TCP', port: 80 }]))
test('EndpointSlice: columns show three', () => {
  const endpoints = [{ addresses: ['10.0.0.1', '10.0.0.2'] }, { addresses: ['10.0.0.3', '10.0.0.4', '10.0.0.5'] }]
  const object = prepared(EndpointSlice, { ...slice, endpoints, ports: [] })
  assert.deepEqual(Object.values(cells(EndpointSlice, object, 0)), [
    'IPv4',
    '<unset>',
    '10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...',
    '<unknown>',
  ])
})
