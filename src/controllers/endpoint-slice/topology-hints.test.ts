/** Which zone each endpoint is for, one row per rule. Facts of KEP-2433. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Service } from '#kinds/core/service.ts'
import type { Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { isByZones, withHints } from './topology-hints.ts'
import { countedAs, type Shares, sharesOf } from './zone-shares.ts'

/** `a b>a !c`: an endpoint in zone a, one in zone b for zone a, one in zone c that is not ready; `-` is no zone. */
const endpoints = (text: string): Endpoint[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word, at) => {
      const [, not, zone = '', hint] = /^(!?)([^>]+)>?(.*)$/.exec(word) ?? []
      return {
        addresses: [`10.0.0.${at}`],
        conditions: { ready: !not },
        ...(zone !== '-' && { zone }),
        ...(hint && { hints: { forZones: [{ name: hint }] } }),
      }
    })
const shown = (all: readonly Endpoint[]) =>
  all
    .map(
      ({ conditions, zone = '-', hints }) =>
        `${conditions?.ready ? '' : '!'}${zone}${hints ? `>${hints.forZones?.map(({ name }) => name).join()}` : ''}`,
    )
    .join(' ')
const slice = (text: string): EndpointSlice =>
  ({ metadata: { name: 's' }, addressType: 'IPv4', ports: [], endpoints: endpoints(text) }) as unknown as EndpointSlice

const even = new Map([
  ['a', 1 / 3],
  ['b', 1 / 3],
  ['c', 1 / 3],
])
const half = new Map([
  ['a', 0.5],
  ['b', 0.5],
])
const uneven = new Map([
  ['a', 0.45],
  ['b', 0.55],
])
const TWELVE = 'a a a a a a b b b b b b'
/** Of slices as they were, with endpoints as they are to be now (default: the same), and of one new slice. */
function hinted(shares: Shares | undefined, was: readonly [was: string, wanted?: string][], made?: string) {
  const keep = was.map(([before, wanted = before]) => ({ slice: slice(before), endpoints: endpoints(wanted) }))
  const create = made === undefined ? [] : [{ addressType: 'IPv4' as const, ports: [], endpoints: endpoints(made) }]
  const { packing, event } = withHints({ create, keep, delete: [] }, { family: 'IPv4', shares })
  const slices = [...packing.keep, ...packing.create].map(one => shown(one.endpoints))
  return [...slices, ...(event ? [`${event.reason.replace('TopologyAwareHints', '')}: ${event.message}`] : [])]
}
const ENABLED = 'Enabled: Topology Aware Hints has been enabled, addressType: IPv4'
const disabled = (why: string) => `Disabled: ${why}, addressType: IPv4`

const rows: readonly [rule: string, is: readonly string[], wanted: readonly string[]][] = [
  ['each is for its own zone', hinted(even, [], 'a b c'), ['a>a b>b c>c', ENABLED]],
  ['those that are not ready are for none', hinted(half, [], 'a b !a'), ['a>a b>b !a', ENABLED]],
  ['a zone that has none is given one', hinted(even, [], 'a a b'), ['a>c a>a b>b', ENABLED]],
  ['and more when it is due more', hinted(half, [], 'a a a a a a b b'), ['a>b a>b a>a a>a a>a a>a b>b b>b', ENABLED]],
  ['what is less than one stays', hinted(uneven, [], TWELVE), [TWELVE.replace(/[ab]/g, '$&>$&'), ENABLED]],
  ['hints that are there are not told again', hinted(half, [['a>a b>b', 'a>a b']]), ['a>a b>b']],
  ['slices that did not change keep theirs', hinted(half, [['a>b a>a'], ['b>b b>a', 'b b']]), ['a>b a>a', 'b>a b>b']],
  ['unless a zone had too many by them', hinted(half, [['a>a b>a b>a a>b']]), ['a>a b>b b>b a>a']],
  ['or they name a zone that is no more', hinted(half, [['a>x b>b', 'a>x b>b']]), ['a>a b>b']],
  [
    'fewer endpoints than zones have no hints',
    hinted(even, [['a>a b>b', 'a b']]),
    ['a b', disabled('Insufficient number of endpoints (2 endpoints, 3 zones)')],
  ],
  [
    'nor have those of zones that would be too busy',
    hinted(half, [], 'a b a'),
    [
      'a b a',
      disabled('Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones)'),
    ],
  ],
  [
    'nor those of which one has no zone',
    hinted(half, [], 'a b - a'),
    ['a b - a', disabled('One or more endpoints do not have a zone specified')],
  ],
  [
    'nor any where nodes do not tell enough',
    hinted(undefined, [['a>a b>b', 'a b']]),
    ['a b', disabled('Insufficient Node information: allocatable CPU or zone not specified on one or more nodes')],
  ],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))

const annotated = (annotations?: Record<string, string>) => isByZones({ metadata: { annotations } } as unknown as Service)
test('a service asks for it by one of two annotations, of which the older one goes first', () =>
  assert.deepEqual(
    [
      annotated(),
      annotated({ 'service.kubernetes.io/topology-mode': 'Auto' }),
      annotated({ 'service.kubernetes.io/topology-aware-hints': 'auto' }),
      annotated({ 'service.kubernetes.io/topology-mode': 'Auto', 'service.kubernetes.io/topology-aware-hints': 'Disabled' }),
      annotated({ 'service.kubernetes.io/topology-mode': 'Other' }),
    ],
    [false, true, true, false, false],
  ))

const node = (
  zone: string | undefined,
  cpu: string | undefined,
  { ready = true, labels = {} }: { ready?: boolean; labels?: object } = {},
) =>
  ({
    metadata: { labels: { ...(zone && { 'topology.kubernetes.io/zone': zone }), ...labels } },
    status: { allocatable: cpu ? { cpu } : {}, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Node
const shares = (...nodes: readonly Node[]) => {
  const found = sharesOf(nodes)
  return found && Object.fromEntries(found)
}
const sights: readonly [rule: string, is: object | undefined, wanted: object | undefined][] = [
  ['zones share by cpu', shares(node('b', '1'), node('a', '2'), node('a', '1000m')), { a: 0.75, b: 0.25 }],
  ['one zone is none', shares(node('a', '1'), node('a', '1')), undefined],
  ['a node without a zone spoils it', shares(node('a', '1'), node('b', '1'), node(undefined, '1')), undefined],
  ['and one without cpu', shares(node('a', '1'), node('b', '1'), node('b', undefined)), undefined],
  ['unless it is not ready', shares(node('a', '1'), node('b', '1'), node(undefined, '1', { ready: false })), { a: 0.5, b: 0.5 }],
  [
    'or of the control plane',
    shares(node('a', '1'), node('b', '1'), node('b', '9', { labels: { 'node-role.kubernetes.io/control-plane': '' } })),
    { a: 0.5, b: 0.5 },
  ],
]
for (const [rule, is, wanted] of sights) test(rule, () => assert.deepEqual(is, wanted))
test('only what counts of a node matters', () =>
  assert.deepEqual(
    [countedAs(node('a', '1')) === countedAs(node('a', '1', { labels: { x: 'y' } })), countedAs(node('a', '1', { ready: false }))],
    [true, ''],
  ))
