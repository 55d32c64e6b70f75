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
    { endpoints: [{ addresses: ['::1'] }] },
    ['endpoints[0].addresses[0]: Invalid value: "::1": must be a valid IPv4 address'],
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
