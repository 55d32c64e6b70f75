/** A service as entries of the tables: its frontends, and the backends that each of them picks from. */
import { contains, formatCidr, parseAddress, parseCidr } from '#base/cidr.ts'
import type { ServicePort } from '#kinds/core/service-spec.ts'
import {
  isExternallyAccessible,
  isHeadless,
  mayHaveNodePorts,
  needsClusterIP,
  needsHealthCheckNodePort,
} from '#kinds/core/service/facts.ts'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { type Backend, type Backends, backendsOf, type Place } from './backends.ts'
import { type Entries, idOf, type Places, protocolOf } from './entries.ts'
import { type Family, isOf } from './family.ts'
import { type Destinations, type Frontend, frontendKey } from './flows.ts'
import { slots } from './slots.ts'
import { stickyEntries } from './sticky.ts'
import { HERE_FIRST, pickChain } from './table.ts'

export interface Surroundings extends Place {
  /** Addresses of other nodes, whose packets come through this one. */
  readonly throughRanges: readonly string[]
  readonly families: readonly Family[]
  readonly podRanges: readonly string[]
  /** Service addresses that this machine answers by itself. */
  readonly servedLocally: readonly string[]
}
/** Backends in the order of their numbers, `address . port`, by list. Kept by the caller for the next look. */
export type Numbering = ReadonlyMap<string, readonly string[]>
export interface ServiceShare {
  readonly entries: Entries
  readonly numbering: Numbering
  /** Of UDP. */
  readonly destinations: Destinations
  readonly healthCheck?: { readonly port: number; readonly readyHere: number }
  /** Ports, by family, whose traffic must stay on this node while they are served elsewhere only. */
  readonly noneHere: readonly NoneHere[]
}
export interface NoneHere {
  readonly family: Family['addressType']
  readonly policy: 'internal' | 'external'
}

/** Somebody else is the proxy of services with this label. */
const OTHER_PROXY = 'service.kubernetes.io/service-proxy-name'
const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function serviceShare(
  service: Service,
  slices: readonly EndpointSlice[],
  { before, ...around }: Surroundings & { readonly before?: Numbering },
): ServiceShare {
  const { spec, metadata } = service
  const entries = new Map<string, string>()
  const numbering = new Map<string, readonly string[]>()
  const noneHere: NoneHere[] = []
  const destinations = new Map<string, ReadonlySet<string>>()
  const share = { entries, numbering, destinations, noneHere }
  if (!needsClusterIP(spec) || isHeadless(spec) || metadata.labels?.[OTHER_PROXY] !== undefined) return share
  let readyHere = 0
  for (const family of around.families)
    for (const port of spec.ports ?? []) {
      const backends = backendsOf(port, slices, { ...around, family })
      readyHere = Math.max(readyHere, backends.readyHere)
      const writer = new Writer(service, port, { family, backends, numbering, before, entries, destinations })
      frontends(service, port, { family, around, writer })
      if (backends.all.length && !backends.here.length)
        noneHere.push(...localPolicies(service).map(policy => ({ family: family.addressType, policy })))
      addressEntries([...backends.all, ...backends.here], { family, around, entries })
    }
  const { healthCheckNodePort: checkPort } = spec
  return { ...share, ...(checkPort && needsHealthCheckNodePort(spec) && { healthCheck: { port: checkPort, readyHere } }) }
}

/** Which traffic of a service must stay on the node where it comes in. */
const localPolicies = ({ spec }: Service): readonly NoneHere['policy'][] => [
  ...(spec.internalTrafficPolicy === 'Local' ? (['internal'] as const) : []),
  ...(isExternallyAccessible(spec) && spec.externalTrafficPolicy === 'Local' ? (['external'] as const) : []),
]

interface Context {
  readonly family: Family
  readonly around: Surroundings
  readonly writer: Writer
}
function frontends(service: Service, port: ServicePort, { family, around, writer }: Context): void {
  const { spec, status } = service
  const policies = localPolicies(service)
  const own = (addresses: readonly (string | undefined)[] = []) =>
    addresses.filter(address => address !== undefined && isOf(family, address) && !around.servedLocally.includes(address)) as string[]
  for (const address of own(spec.clusterIPs)) writer.frontend(address, policies.includes('internal') ? 'here' : 'all')
  const staysHere = policies.includes('external')
  const balanced = own(status.loadBalancer?.ingress?.filter(({ ipMode }) => ipMode !== 'Proxy').map(({ ip }) => ip))
  const isWayIn = around.throughRanges.some(range => isOf(family, range))
  for (const address of new Set([...own(spec.externalIPs), ...(spec.type === 'LoadBalancer' ? balanced : [])])) {
    writer.frontend(address, 'all')
    if (!staysHere) continue
    const isOfOther = isInRanges(address, around.throughRanges)
    // In front of the other nodes this one is the balancer itself: their pods answer through it, so that they are told who asks.
    if (isWayIn && !isOfOther && balanced.includes(address)) continue
    writer.frontend(address, 'here', '-outside', isOfOther ? 'accept' : 'drop')
  }
  if (port.nodePort && mayHaveNodePorts(spec)) {
    writer.frontend('', 'all')
    if (staysHere) writer.frontend('', 'here', '-outside')
  }
  const ranges = sourceRanges(service).filter(range => isOf(family, range))
  if (spec.type === 'LoadBalancer' && ranges.length) for (const address of balanced) writer.guard(address, ranges)
}

interface Parts {
  readonly family: Family
  readonly backends: Backends
  readonly numbering: Map<string, readonly string[]>
  readonly before: Numbering | undefined
  readonly entries: Map<string, string>
  readonly destinations: Map<string, ReadonlySet<string>>
}
/** Writes the frontends of one port in one family; each list of backends is numbered once. */
class Writer {
  readonly #service: Service
  readonly #port: ServicePort
  readonly #parts: Parts
  constructor(service: Service, port: ServicePort, parts: Parts) {
    this.#service = service
    this.#port = port
    this.#parts = parts
  }

  /**
   * `address` is empty for the node's own addresses. Traffic from `-outside` the cluster may have a list of its own.
   * `otherwise`: what becomes of traffic that must not leave the node while nobody on it serves.
   */
  frontend(address: string, list: 'all' | 'here', outside: '' | '-outside' = '', otherwise: 'drop' | 'accept' = 'drop'): void {
    const { all } = this.#parts.backends
    const numbered = this.#numbered(list)
    const protocol = protocolOf(this.#port.protocol)
    const isNode = address === ''
    const port = (isNode ? this.#port.nodePort : this.#port.port) ?? 0
    if (protocol === 'udp') this.#leadTo({ port, ...(!isNode && { address }) })
    const before = isNode ? '' : `${address} . `
    const key = `${before}${protocol} . ${port}`
    // Where nobody serves at all, clients are told at once; a node port is simply closed then.
    if (numbered.length === 0 && all.length === 0) return isNode ? undefined : this.#put('unserved', key)
    const map = `${isNode ? 'nodeports' : 'services'}${outside}` as const
    // Somebody serves, but not here, and traffic must not leave the node.
    if (numbered.length === 0) return this.#put(map, key, otherwise)
    const isHere = list === 'here'
    const chain = this.#stickyChain(list, numbered) ?? pickChain({ protocol, isNode, isHere, backends: numbered.length })
    this.#put(map, key, `goto ${chain}`)
    const endpoints = `${isNode ? 'nodeport-endpoints' : 'endpoints'}-${protocol}` as const
    for (const [i, backend] of numbered.entries()) this.#put(endpoints, `${before}${port} . ${i + (isHere ? HERE_FIRST : 0)}`, backend)
  }

  /** Only clients of these ranges get through to a load balancer's address. Reference: API, loadBalancerSourceRanges. */
  guard(address: string, ranges: readonly string[]): void {
    const key = `${address} . ${protocolOf(this.#port.protocol)} . ${this.#port.port}`
    this.#put('guarded', key)
    for (const range of ranges) this.#put('sources', `${key} . ${range}`)
  }

  /** Where nobody serves, flows are not judged. */
  #leadTo(frontend: Frontend): void {
    const { family, backends, destinations } = this.#parts
    const serving = new Set(backends.serving.map(({ address, port }) => `${address} ${port}`))
    if (serving.size) destinations.set(frontendKey(family, frontend), serving)
  }
  #numbered(list: 'all' | 'here'): readonly string[] {
    const { family, backends, numbering, before } = this.#parts
    const name = `${family.name} ${this.#port.protocol} ${this.#port.name ?? ''} ${list}`
    const known = numbering.get(name)
    if (known) return known
    const made = slots(
      before?.get(name) ?? [],
      backends[list].map(({ address, port }) => `${address} . ${port}`),
    )
    numbering.set(name, made)
    return made
  }
  #stickyChain(list: 'all' | 'here', backends: readonly string[]): string | undefined {
    const { sessionAffinity, sessionAffinityConfig } = this.#service.spec
    if (sessionAffinity !== 'ClientIP') return undefined
    const { namespace, name } = this.#service.metadata
    const { chain, entries } = stickyEntries({
      family: this.#parts.family,
      // Clients stay with a pod on whichever way they come.
      port: `${namespace}/${name}:${this.#port.protocol}:${this.#port.name ?? ''}`,
      protocol: protocolOf(this.#port.protocol),
      list,
      backends,
      timeoutS: sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_TIMEOUT_S,
    })
    for (const [id, value] of entries) this.#parts.entries.set(id, value)
    return chain
  }
  #put(place: Places, key: string, value = ''): void {
    this.#parts.entries.set(idOf({ family: this.#parts.family.name, place, key }), value)
  }
}
/** Upstream's default: three hours. */
const AFFINITY_TIMEOUT_S = 10_800

/** What the translation of sources needs to know of the backends' addresses. */
function addressEntries(
  backends: readonly Backend[],
  { family, around, entries }: Omit<Context, 'writer'> & { readonly entries: Map<string, string> },
): void {
  for (const { address, isHere } of backends) {
    // A pod that reaches itself through a service must not see its own address as the client's: it would answer past the translation.
    if (isHere !== false) entries.set(idOf({ family: family.name, place: 'hairpin', key: `${address} . ${address}` }), '')
    if (!isHere && !isInRanges(address, around.podRanges)) entries.set(idOf({ family: family.name, place: 'elsewhere', key: address }), '')
  }
}
function isInRanges(text: string, ranges: readonly string[]): boolean {
  const address = parseAddress(text)
  return ranges.some(range => {
    const cidr = parseCidr(range)
    return cidr !== undefined && address !== undefined && contains(cidr, address)
  })
}

/** Each once, and none that lies within another; empty when everybody may come. */
function sourceRanges({ spec, metadata }: Service): readonly string[] {
  const written = spec.loadBalancerSourceRanges?.length
    ? spec.loadBalancerSourceRanges
    : (metadata.annotations?.[RANGES_ANNOTATION]?.split(',') ?? [])
  const ranges = written.flatMap(text => parseCidr(text.trim()) ?? [])
  const outermost = ranges.filter(one => !ranges.some(other => other.prefixLength < one.prefixLength && contains(other, one.address)))
  const whole = new Set(outermost.filter(({ prefixLength }) => prefixLength === 0).map(({ address }) => address.family))
  return [...new Set(outermost.filter(({ address }) => !whole.has(address.family)).map(formatCidr))]
}
