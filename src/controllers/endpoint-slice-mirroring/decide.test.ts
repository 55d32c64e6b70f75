/** Which Endpoints are mirrored, and how. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoints } from '#kinds/core/endpoints.ts'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { decide } from './decide.ts'

const address = (at: number) => ({ ip: `10.0.${at >> 8}.${at & 255}` })
const addresses = (count: number) => Array.from({ length: count }, (_, at) => address(at))
const PORTS = [{ port: 80, protocol: 'TCP' as const }]
const manual = { metadata: { name: 'web', namespace: 'd' }, spec: {} } as unknown as Service

interface Told {
  readonly subsets: Endpoints['subsets']
  readonly service?: Service | undefined
  readonly metadata?: object
}
function decided({ subsets, metadata = {}, ...more }: Told) {
  const object = { metadata: { name: 'web', namespace: 'd', uid: 'u', ...metadata }, subsets } as unknown as Endpoints
  const service = 'service' in more ? more.service : manual
  const plan = decide({ object, children: () => [], more: { service, slices: [] }, refusals: [], now: 0 })
  const slices = (plan.create ?? []).map(({ object }) => object as EndpointSlice)
  return {
    slices: slices.map(({ addressType, endpoints }) => `${addressType} ×${endpoints?.length}`),
    unready: slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => !conditions?.ready).length,
    events: (plan.events ?? []).map(({ reason, message }) => `${reason}: ${message}`),
  }
}
const two = [{ addresses: addresses(2), ports: PORTS }]
const selecting = { ...manual, spec: { selector: { app: 'web' } } } as unknown as Service
const NONE = { slices: [], unready: 0, events: [] }
const rows: readonly [rule: string, is: object, wanted: object][] = [
  ['addresses become endpoints', decided({ subsets: two }), { slices: ['IPv4 ×2'], unready: 0, events: [] }],
  [
    'each family has a slice',
    decided({ subsets: [{ addresses: [address(1), { ip: 'fd00::1' }], ports: PORTS }] }).slices,
    ['IPv4 ×1', 'IPv6 ×1'],
  ],
  ['without a service nothing is mirrored', decided({ subsets: two, service: undefined }), NONE],
  ['nor where the service selects its pods', decided({ subsets: two, service: selecting }), NONE],
  [
    'nor what asks to be left out',
    decided({ subsets: two, metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } }),
    NONE,
  ],
  ['nor a lock', decided({ subsets: two, metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } } }), NONE],
  [
    'what a slice cannot hold is skipped and told, what is not ready first',
    decided({ subsets: [{ addresses: addresses(998), notReadyAddresses: addresses(1_005).slice(998), ports: PORTS }] }),
    {
      slices: ['IPv4 ×1000'],
      unready: 2,
      events: [
        'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 5 addresses were skipped',
      ],
    },
  ],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))
