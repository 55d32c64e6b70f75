/** Hints that keep traffic in its zone as far as the zone's nodes and endpoints match: `service.kubernetes.io/topology-mode: Auto`. KEP-2433. */
import type { Note } from '#client/plan.ts'
import type { Service } from '#kinds/core/service.ts'
import type { Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { isEqual } from '#schema/json-value.ts'
import { identity, type Packing } from '../service-endpoints/pack.ts'
import type { Family } from '../service-endpoints/pods.ts'
import { type Allowance, allowancesOf, type Shares, transfers } from './zone-shares.ts'

/** The older annotation goes first. */
const MODES = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode']

export function isByZones({ metadata: { annotations = {} } }: Service): boolean {
  const mode = MODES.map(name => annotations[name]).find(value => value !== undefined)
  return mode === 'Auto' || mode === 'auto'
}

/** Gives an endpoint the hints that it has in a slice: whether it keeps them is seen when all endpoints have their places. */
export function hintsKept(slices: readonly EndpointSlice[]): (endpoint: Endpoint) => Endpoint {
  const known = new Map(slices.flatMap(({ endpoints }) => (endpoints ?? []).map(one => [identity(one), one.hints] as const)))
  return endpoint => withHintsOf(endpoint, isReady(endpoint) ? known.get(identity(endpoint)) : undefined)
}

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready === true
const zonesIn = ({ hints }: Endpoint): readonly string[] => hints?.forZones?.map(({ name }) => name) ?? []
function withHintsOf(endpoint: Endpoint, hints: Endpoint['hints']): Endpoint {
  const { hints: _, ...bare } = endpoint
  return hints ? { ...bare, hints } : bare
}
const withZone = (endpoint: Endpoint, zone: string | undefined): Endpoint =>
  withHintsOf(endpoint, zone ? { forZones: [{ name: zone }] } : undefined)

/**
 * Slices of one family whose endpoints are as they were keep their hints as long as no zone has too many by them; the endpoints of
 * all others are for their own zone first, then zones that have too many hand some to zones that have too few.
 */
export function withHints(
  packing: Packing,
  { family, shares }: { readonly family: Family; readonly shares: Shares | undefined },
): { readonly packing: Packing; readonly event?: Note } {
  const kept = packing.keep.filter(({ slice }) => slice.addressType === family)
  const created = packing.create.filter(({ addressType }) => addressType === family)
  const ready = [...kept, ...created].flatMap(({ endpoints }) => endpoints).filter(isReady)
  const put = (zoneOf: (endpoint: Endpoint) => string | undefined, stay: ReadonlySet<EndpointSlice> = new Set()): Packing => {
    const hinted = (endpoints: readonly Endpoint[]) => endpoints.map(one => withZone(one, isReady(one) ? zoneOf(one) : undefined))
    return {
      ...packing,
      create: packing.create.map(one => (one.addressType === family ? { ...one, endpoints: hinted(one.endpoints) } : one)),
      keep: packing.keep.map(one =>
        one.slice.addressType === family && !stay.has(one.slice) ? { ...one, endpoints: hinted(one.endpoints) } : one,
      ),
    }
  }
  const without = (why: string) => ({ packing: put(() => undefined), event: note('Warning', 'TopologyAwareHintsDisabled', why, family) })
  const allowances = allowancesOf(shares, ready.length)
  if (typeof allowances === 'string') return without(allowances)
  const has = new Map<string, number>()
  const count = (zone: string) => has.set(zone, (has.get(zone) ?? 0) + 1)
  const stay = new Set<EndpointSlice>()
  for (const { slice, endpoints } of kept) {
    if (!isEqual(endpoints, slice.endpoints ?? []) || !isStill(endpoints, allowances, has)) continue
    stay.add(slice)
    endpoints.filter(isReady).flatMap(zonesIn).forEach(count)
  }
  const moving = [...created, ...kept.filter(({ slice }) => !stay.has(slice))].flatMap(({ endpoints }) => endpoints).filter(isReady)
  if (moving.some(({ zone }) => !zone)) return without('One or more endpoints do not have a zone specified')
  for (const { zone = '' } of moving) count(zone)
  const { gives, takes } = transfers(allowances, has)
  const given = new Map(moving.map(endpoint => [endpoint, take(gives, endpoint.zone) ? takeFirst(takes) : endpoint.zone]))
  const hadNone = !packing.keep.some(({ slice }) => slice.endpoints?.some(endpoint => zonesIn(endpoint).length > 0))
  return {
    packing: put(endpoint => given.get(endpoint), stay),
    ...(hadNone && { event: note('Normal', 'TopologyAwareHintsEnabled', 'Topology Aware Hints has been enabled', family) }),
  }
}
/** Whether hints of endpoints that have not changed may stay as they are, beside the endpoints that zones have already. */
function isStill(endpoints: readonly Endpoint[], allowances: ReadonlyMap<string, Allowance>, has: ReadonlyMap<string, number>): boolean {
  const hinted = endpoints.filter(isReady).map(zonesIn)
  if (hinted.some(zones => zones.length === 0)) return false
  const counts = Map.groupBy(hinted.flat(), zone => zone)
  return [...counts].every(([zone, { length }]) => length + (has.get(zone) ?? 0) <= (allowances.get(zone)?.most ?? 0))
}
function take(counts: Map<string, number>, zone = ''): boolean {
  const count = counts.get(zone) ?? 0
  if (count > 0) counts.set(zone, count - 1)
  return count > 0
}
function takeFirst(counts: Map<string, number>): string | undefined {
  const zone = [...counts].find(([, count]) => count > 0)?.[0]
  take(counts, zone)
  return zone
}
const note = (type: Note['type'], reason: string, why: string, family: Family): Note => ({
  type,
  reason,
  message: `${why}, addressType: ${family}`,
})
