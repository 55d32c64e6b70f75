/** The names of services and of their endpoints. */
import { isIPv4, parseAddress } from '#base/cidr.ts'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { encodeName } from '../wire/name.ts'
import { TYPE } from '../wire/numbers.ts'
import type { DnsRecord } from '../wire/records.ts'
import type { ClusterView } from './view.ts'
import { type Found, TTL_SECONDS } from './zone.ts'

interface Asked {
  readonly name: string
  readonly type: number
  readonly view: ClusterView
  readonly domain: string
  readonly namespace: string
  readonly service: string
  /** What stands before the service: nothing, an endpoint, or a port and its protocol. */
  readonly labels: readonly string[]
}
/** Somebody who serves a port. */
interface Server {
  readonly host: string
  readonly address: string
  readonly port: { readonly name: string; readonly protocol: string; readonly number: number | undefined }
}
interface Narrowing {
  readonly endpoint?: string | undefined
  readonly port?: string | undefined
  readonly protocol?: string | undefined
}

export function serviceNames(asked: Asked): Found | undefined {
  const { name, type, view, namespace, service: serviceName, labels } = asked
  const service = view.service(namespace, serviceName)
  const narrowing = narrowingOf(labels)
  if (!service || !narrowing) return undefined
  if (service.spec.type === 'ExternalName') {
    const target = (service.spec.externalName ?? '').toLowerCase().replace(/\.$/, '')
    // The API takes addresses, and labels that are longer than DNS has them.
    if (labels.length > 0 || !target || parseAddress(target) || !encodeName(target)) return undefined
    return { records: [{ name, ttlSeconds: TTL_SECONDS, type: 'CNAME', target }], ...(type !== TYPE.CNAME && { alias: target }) }
  }
  const servers = serversOf(service, asked, narrowing)
  if (servers.length === 0) return undefined
  return type === TYPE.SRV ? locations(name, servers) : { records: addresses(name, type, servers) }
}

/** Undefined for what no name looks like. A single label is an endpoint; of a port the underscores say that it is none of a host. */
function narrowingOf(labels: readonly string[]): Narrowing | undefined {
  const [first = '', second = ''] = labels
  if (labels.length === 0) return {}
  if (labels.length === 1) return { endpoint: first }
  if (labels.length > 2 || !first.startsWith('_') || !second.startsWith('_')) return undefined
  return { port: first.slice(1), protocol: second.slice(1) }
}

function serversOf(service: Service, { view, namespace, domain }: Asked, narrowing: Narrowing): readonly Server[] {
  const base = `${service.metadata.name}.${namespace}.svc.${domain}`
  const isHeadless = service.spec.clusterIP === 'None'
  const servers =
    isHeadless || narrowing.endpoint !== undefined
      ? view.slices(namespace, service.metadata.name ?? '').flatMap(slice => endpointServers(slice, base))
      : clusterServers(service, base)
  const wantedHost = narrowing.endpoint === undefined ? undefined : `${narrowing.endpoint}.${base}`
  return servers.filter(
    ({ host, port }) =>
      (wantedHost === undefined || host === wantedHost) &&
      (narrowing.port === undefined || (port.name === narrowing.port && port.protocol === narrowing.protocol)),
  )
}
const clusterServers = ({ spec }: Service, base: string): readonly Server[] =>
  (spec.ports ?? []).flatMap(({ name = '', protocol, port }) =>
    (spec.clusterIPs ?? []).map(address => ({
      host: base,
      address,
      port: { name: name.toLowerCase(), protocol: protocol.toLowerCase(), number: port },
    })),
  )
/** Only those that are ready, or that the service wants published before: their slice then calls them ready. */
function endpointServers({ endpoints, ports }: EndpointSlice, base: string): readonly Server[] {
  const all = (ports ?? []).map(({ name, protocol, port }) => ({
    name: name.toLowerCase(),
    protocol: protocol.toLowerCase(),
    number: port,
  }))
  // A headless service needs no ports; its endpoints are there all the same.
  const known = all.length > 0 ? all : [{ name: '', protocol: '', number: undefined }]
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname }) =>
      // Slices may have domain names in place of addresses.
      (addresses ?? [])
        .filter(parseAddress)
        .flatMap(address => known.map(port => ({ host: `${endpointHost(address, hostname)}.${base}`, address, port }))),
    )
}
/** The host name of the endpoint, or its address with dashes. */
export const endpointHost = (address: string, hostname: string | undefined): string =>
  hostname ? hostname.toLowerCase() : address.toLowerCase().replaceAll(/[.:]/g, '-')

const addressType = (address: string) => (isIPv4(address) ? 'A' : 'AAAA')
function addresses(name: string, type: number, servers: readonly Server[]): readonly DnsRecord[] {
  return [...new Set(servers.map(({ address }) => address))]
    .filter(address => TYPE[addressType(address)] === type)
    .map(address => ({ name, ttlSeconds: TTL_SECONDS, type: addressType(address), address }))
}

/** Each host and port once, and the addresses of the hosts beside them. All are equally good. */
function locations(name: string, servers: readonly Server[]): Found {
  const targets = new Map<string, { readonly target: string; readonly port: number }>()
  for (const { host, port } of servers)
    if (port.number !== undefined) targets.set(`${host}:${port.number}`, { target: host, port: port.number })
  const weight = Math.max(1, Math.floor(100 / targets.size))
  const hosts = new Map(servers.map(({ host, address }) => [`${host} ${address}`, { host, address }]))
  return {
    records: [...targets.values()].map(({ target, port }) => ({
      name,
      ttlSeconds: TTL_SECONDS,
      type: 'SRV',
      priority: 0,
      weight,
      port,
      target,
    })),
    additionals: [...hosts.values()].map(({ host, address }) => ({
      name: host,
      ttlSeconds: TTL_SECONDS,
      type: addressType(address),
      address,
    })),
  }
}
