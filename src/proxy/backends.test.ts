/** Rules by which endpoints take a service's traffic. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { backendsOf, type Place } from './backends.ts'
import { IPV4, IPV6 } from './family.ts'

const READY = { ready: true, serving: true, terminating: false }
const LEAVING = { ready: false, serving: true, terminating: true }
const GONE = { ready: false, serving: false, terminating: true }
const UNREADY = { ready: false, serving: false, terminating: false }
const zones = (...names: readonly string[]) => ({ forZones: names.map(name => ({ name })) })
const nodes = (...names: readonly string[]) => ({ forNodes: names.map(name => ({ name })) })

/** Endpoints as letters: a is 10.0.0.1 and so on; an upper-case letter runs on this node. */
function slice(endpoints: Readonly<Record<string, Partial<Endpoint>>>, more: object = {}): EndpointSlice {
  const made = Object.entries(endpoints).map(([letter, rest]) => ({
    addresses: [`10.0.0.${letter.toLowerCase().charCodeAt(0) - 96}`],
    nodeName: letter === letter.toUpperCase() ? 'here' : 'there',
    ...rest,
  }))
  return {
    metadata: {},
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
    endpoints: made,
    ...more,
  } as unknown as EndpointSlice
}
const letters = (backends: readonly { address: string; isHere: boolean | undefined }[]) =>
  backends
    .map(({ address, isHere }) => String.fromCharCode(96 + Number(address.split('.')[3]))[isHere ? 'toUpperCase' : 'toLowerCase']())
    .join('')

interface Row {
  readonly slices: readonly EndpointSlice[]
  readonly place?: Partial<Place>
  readonly all: string
  readonly here: string
}
const rows: Readonly<Record<string, Row>> = {
  'ready endpoints take traffic, others do not': {
    slices: [slice({ A: { conditions: READY }, b: { conditions: UNREADY }, c: {} })],
    all: 'Ac',
    here: 'A',
  },
  'endpoints of several slices are one list, each once': {
    slices: [slice({ a: {}, B: {} }), slice({ c: {}, a: {} })],
    all: 'aBc',
    here: 'B',
  },
  'those that leave serve only when nobody is ready': { slices: [slice({ A: { conditions: LEAVING }, b: {} })], all: 'b', here: 'A' },
  'those that leave serve when nobody is ready': {
    slices: [slice({ A: { conditions: LEAVING }, b: { conditions: LEAVING }, c: { conditions: GONE } })],
    all: 'Ab',
    here: 'A',
  },
  'a slice of another port is not looked at': {
    slices: [slice({ a: {} }, { ports: [{ name: 'dns', protocol: 'TCP', port: 53 }] })],
    all: '',
    here: '',
  },
  'a slice of another protocol is not looked at': {
    slices: [slice({ a: {} }, { ports: [{ name: 'http', protocol: 'UDP', port: 80 }] })],
    all: '',
    here: '',
  },
  'a slice of names is not looked at': { slices: [slice({ a: {} }, { addressType: 'FQDN' })], all: '', here: '' },
  'hints for zones are heeded': {
    slices: [slice({ a: { hints: zones('z1') }, b: { hints: zones('z2', 'z1') }, c: { hints: zones('z2') } })],
    all: 'ab',
    here: '',
  },
  'hints are not heeded when one endpoint has none': { slices: [slice({ a: { hints: zones('z1') }, b: {} })], all: 'ab', here: '' },
  'hints are not heeded when none is for us': {
    slices: [slice({ a: { hints: zones('z2') }, b: { hints: zones('z3') } })],
    all: 'ab',
    here: '',
  },
  'hints are not heeded when our zone is not known': {
    slices: [slice({ a: { hints: zones('z1') }, b: { hints: zones('z2') } })],
    place: { zone: undefined },
    all: 'ab',
    here: '',
  },
  'hints for nodes come before those for zones': {
    slices: [slice({ A: { hints: { ...nodes('here'), ...zones('z1') } }, b: { hints: { ...nodes('there'), ...zones('z1') } } })],
    all: 'A',
    here: 'A',
  },
  'hints for zones are heeded where no node is ours': {
    slices: [slice({ a: { hints: { ...nodes('there'), ...zones('z1') } }, b: { hints: { ...nodes('far'), ...zones('z2') } } })],
    all: 'a',
    here: '',
  },
  'slices for names only take no traffic': {
    slices: [slice({ a: {} }), slice({ b: {} }, { metadata: { labels: { 'service.kubernetes.io/headless': '' } } })],
    all: 'a',
    here: '',
  },
  'endpoints that are not ready have no say in hints': {
    slices: [slice({ a: { hints: zones('z1') }, b: { conditions: UNREADY } })],
    all: 'a',
    here: '',
  },
}
for (const [rule, { slices, place, all, here }] of Object.entries(rows))
  test(rule, () => {
    const found = backendsOf({ name: 'http', protocol: 'TCP' }, slices, { nodeName: 'here', zone: 'z1', family: IPV4, ...place })
    assert.deepEqual({ all: letters(found.all), here: letters(found.here) }, { all, here })
  })

test('each family has its own slices', () => {
  const six = {
    metadata: {},
    addressType: 'IPv6',
    ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
    endpoints: [{ addresses: ['fd00::1'] }],
  }
  const both = [slice({ a: {} }), six as unknown as EndpointSlice]
  const found = (family: typeof IPV4) =>
    backendsOf({ name: 'http', protocol: 'TCP' }, both, { nodeName: 'n', zone: undefined, family }).all.map(({ address }) => address)
  assert.deepEqual([found(IPV4), found(IPV6)], [['10.0.0.1'], ['fd00::1']])
})
