/** What a service holds that no other service may have: addresses and node ports. */
import { isHeadless, mayHaveNodePorts, needsClusterIP, needsHealthCheckNodePort, needsNodePort } from '#kinds/core/service/facts.ts'
import type { ServiceSpec } from '#kinds/core/service-spec.ts'

export interface Holdings {
  readonly addresses: ReadonlySet<string>
  readonly ports: ReadonlySet<number>
}
export const NOTHING: Holdings = { addresses: new Set(), ports: new Set() }

/** A node port is one number for all protocols, and may serve several ports of its service. */
export function holdingsOf(spec: ServiceSpec): Holdings {
  const addresses = needsClusterIP(spec) && !isHeadless(spec) ? (spec.clusterIPs ?? []) : []
  const ports = mayHaveNodePorts(spec) ? (spec.ports ?? []).map(({ nodePort }) => nodePort ?? 0) : []
  const health = needsHealthCheckNodePort(spec) ? (spec.healthCheckNodePort ?? 0) : 0
  return { addresses: new Set(addresses.filter(Boolean)), ports: new Set([...ports, health].filter(Boolean)) }
}
/** What one has and the other does not. */
export const without = (one: Holdings, other: Holdings): Holdings => ({
  addresses: one.addresses.difference(other.addresses),
  ports: one.ports.difference(other.ports),
})

/** What a service still lacks: for each place a number or an address is to be chosen, or the given one to be taken. */
export interface Lacks {
  /** Positions in clusterIPs, with the given address or ''. */
  readonly addresses: readonly { readonly position: number; readonly given: string }[]
  /** Positions in ports, with the given node port or 0. */
  readonly ports: readonly { readonly position: number; readonly given: number }[]
  /** The given health check port or 0; undefined when there is none to be taken. */
  readonly healthCheck: number | undefined
}
export function lacksOf(spec: ServiceSpec, held: Holdings): Lacks {
  const takesAddresses = needsClusterIP(spec) && !isHeadless(spec)
  const addresses = takesAddresses
    ? (spec.ipFamilies ?? []).map((_, position) => ({ position, given: spec.clusterIPs?.[position] ?? '' }))
    : []
  const chooses = needsNodePort(spec)
  const ports = mayHaveNodePorts(spec) ? (spec.ports ?? []).map(({ nodePort = 0 }, position) => ({ position, given: nodePort })) : []
  const health = needsHealthCheckNodePort(spec) ? (spec.healthCheckNodePort ?? 0) : undefined
  return {
    addresses: addresses.filter(({ given }) => !held.addresses.has(given)),
    ports: ports.filter(({ given }) => (given === 0 ? chooses : !held.ports.has(given))),
    healthCheck: health !== undefined && held.ports.has(health) ? undefined : health,
  }
}
