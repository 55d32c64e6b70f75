/** Endpoints distributed over slices so that few slices change and none is too large. Upstream: endpointslice/reconciler. */
import type { Endpoint, EndpointPort, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { isEqual } from '#schema/json-value.ts'

/** Endpoints that offer the same ports. */
export interface PortGroup {
  readonly addressType: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}
export interface Packing {
  /** New slices. */
  readonly create: readonly PortGroup[]
  /** Slices with other endpoints than before, or with the same ones. */
  readonly keep: readonly { readonly slice: EndpointSlice; readonly endpoints: readonly Endpoint[] }[]
  readonly delete: readonly EndpointSlice[]
}

/** The order in which ports stand must not matter. */
export const groupKey = (addressType: string, ports: readonly EndpointPort[] | null | undefined): string =>
  `${addressType} ${(ports ?? [])
    .map(({ name, protocol, port, appProtocol = '' }) => JSON.stringify([name, protocol, port ?? null, appProtocol]))
    .sort((a, b) => (a < b ? -1 : 1))
    .join()}`
/** Which endpoint it is, whatever its state: the same pod, or the same addresses where there is no object behind them. */
export const identity = ({ targetRef, addresses }: Endpoint): string => `${targetRef?.uid ?? ''} ${(addresses ?? []).join()}`

/**
 * Rules for each group of ports:
 *
 * 1. Endpoints stay in the slice in which they are; a slice that loses all of them goes, if others remain or nothing is left to place.
 * 2. New endpoints fill slices that change anyway, the fullest first.
 * 3. What is left goes into one unchanged slice if it fits, the fullest such; else into new slices of `max` endpoints.
 */
export function pack(groups: readonly PortGroup[], existing: readonly EndpointSlice[], max: number): Packing {
  const create: PortGroup[] = []
  const keep: { slice: EndpointSlice; endpoints: readonly Endpoint[] }[] = []
  const removed: EndpointSlice[] = []
  const wanted = new Map(groups.map(group => [groupKey(group.addressType, group.ports), group]))
  const slices = Map.groupBy(existing, ({ addressType, ports }) => groupKey(addressType, ports))
  for (const [key, found] of slices) if (!wanted.has(key)) removed.push(...found)
  for (const [key, group] of wanted) {
    const packing = packGroup(group, slices.get(key) ?? [], max)
    create.push(...packing.create)
    keep.push(...packing.keep)
    removed.push(...packing.delete)
  }
  return { create, keep, delete: removed }
}

function packGroup(group: PortGroup, existing: readonly EndpointSlice[], max: number): Packing {
  const left = new Map(group.endpoints.map(endpoint => [identity(endpoint), endpoint]))
  const places = existing.map(slice => {
    const endpoints: Endpoint[] = []
    for (const endpoint of slice.endpoints ?? []) {
      const key = identity(endpoint)
      const desired = left.get(key)
      if (desired && endpoints.length < max) {
        endpoints.push(desired)
        left.delete(key)
      }
    }
    return { slice, endpoints, isChanged: !isEqual(endpoints, slice.endpoints ?? []) }
  })
  const rest = [...left.values()]
  const byFullness = places.toSorted((a, b) => b.endpoints.length - a.endpoints.length)
  for (const place of byFullness) if (place.isChanged && rest.length) place.endpoints.push(...rest.splice(0, max - place.endpoints.length))
  const room = rest.length ? byFullness.find(({ endpoints }) => endpoints.length + rest.length <= max) : undefined
  room?.endpoints.push(...rest.splice(0))
  const create: PortGroup[] = []
  while (rest.length) create.push({ ...group, endpoints: rest.splice(0, max) })
  return {
    create,
    keep: places.filter(({ endpoints }) => endpoints.length > 0),
    delete: places.filter(({ endpoints }) => endpoints.length === 0).map(({ slice }) => slice),
  }
}
