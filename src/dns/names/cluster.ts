/** Names below the cluster domain and what they stand for. Source: Kubernetes DNS-Based Service Discovery 1.1.0; where it is silent, CoreDNS. */
import { isIPv4, isIPv6 } from '#base/cidr.ts'
import { TYPE } from '../wire/numbers.ts'
import type { DnsRecord } from '../wire/records.ts'
import { serviceNames } from './service.ts'
import type { ClusterView } from './view.ts'
import { type Found, startOfAuthority, TTL_SECONDS } from './zone.ts'

export const SCHEMA_VERSION = '1.1.0'
/** As in the specification's example: it changes when Knarr does. */
const SCHEMA_TTL_SECONDS = 28_800

export interface ClusterNames {
  readonly view: ClusterView
  /** `cluster.local` */
  readonly domain: string
  /** Where this DNS answers. */
  readonly servers: readonly string[]
}

/** `name` is the domain or below it. There are no wildcards: a `*` is a name like others, and nobody has it. */
export function clusterName(name: string, type: number, cluster: ClusterNames): Found | undefined {
  const { view, domain } = cluster
  if (name === domain) return apex(type, cluster)
  const labels = name.slice(0, -domain.length - 1).split('.')
  const [kind, namespace, ...more] = labels.toReversed()
  if (name === `dns-version.${domain}`) return records(type, [{ name, ttlSeconds: SCHEMA_TTL_SECONDS, type: 'TXT', text: SCHEMA_VERSION }])
  if (name === `ns.dns.${domain}`) return records(type, serverAddresses(cluster))
  if (name === `dns.${domain}`) return { records: [] }
  if (kind !== 'svc' && kind !== 'pod') return undefined
  // Names that only others stand below are there, but have nothing.
  if (namespace === undefined) return { records: [] }
  if (!view.hasNamespace(namespace)) return undefined
  const [last, ...before] = more
  if (last === undefined) return { records: [] }
  if (kind === 'pod') return before.length === 0 ? podName(name, last, type) : undefined
  return serviceNames({ name, type, view, domain, namespace, service: last, labels: before.toReversed() })
}

const records = (type: number, all: readonly DnsRecord[]): Found => ({ records: all.filter(record => TYPE[record.type] === type) })

function apex(type: number, cluster: ClusterNames): Found {
  const { domain } = cluster
  const server: DnsRecord = { name: domain, ttlSeconds: TTL_SECONDS, type: 'NS', target: `ns.dns.${domain}` }
  const found = records(type, [startOfAuthority(domain, domain), server])
  return type === TYPE.NS ? { ...found, additionals: serverAddresses(cluster) } : found
}
const serverAddresses = ({ domain, servers }: ClusterNames): readonly DnsRecord[] =>
  servers.map(address => ({ name: `ns.dns.${domain}`, ttlSeconds: TTL_SECONDS, type: isIPv4(address) ? 'A' : 'AAAA', address }))

/** `10-42-0-7`: whatever address the name spells, as CoreDNS does with `pods insecure`; certificates are made out to such names. */
function podName(name: string, label: string, type: number): Found | undefined {
  const four = label.replaceAll('-', '.')
  const six = label.replaceAll('-', ':')
  if (isIPv4(four)) return records(type, [{ name, ttlSeconds: TTL_SECONDS, type: 'A', address: four }])
  if (isIPv6(six)) return records(type, [{ name, ttlSeconds: TTL_SECONDS, type: 'AAAA', address: six }])
  return undefined
}
