/** Whom a pod asks for names, and where it looks for short ones. Reference: DNS for Services and Pods; resolv.conf(5). */
import type { HostResolver } from '#base/resolver-file.ts'
import type { Pod } from '#kinds/core/pod.ts'

export interface DnsInput {
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** What the node's own resolv.conf says. */
  readonly host: HostResolver
}
export interface PodDns extends HostResolver {
  /** The wished policy could not be followed. */
  readonly isMissingClusterDns: boolean
  /** What had to be left out, as events tell it. */
  readonly omissions: readonly string[]
}
/** glibc reads no more of them. */
const SERVERS_MAX = 3
/** Upstream's MaxDNSSearchPaths and MaxDNSSearchListChars (KEP-2595). */
const SEARCHES_MAX = 32
const SEARCH_LINE_MAX_CHARACTERS = 2_048
/** glibc gives up on longer ones. */
const SEARCH_MAX_CHARACTERS = 253

export function podDns({ metadata, spec }: Pod, { clusterDNS, clusterDomain, host }: DnsInput): PodDns {
  const wantsCluster = spec.dnsPolicy === 'ClusterFirstWithHostNet' || (spec.dnsPolicy === 'ClusterFirst' && !spec.hostNetwork)
  const isMissingClusterDns = wantsCluster && clusterDNS.length === 0
  const base =
    spec.dnsPolicy === 'None' ? { servers: [], searches: [], options: [] } : wantsCluster && !isMissingClusterDns ? cluster() : host
  const own = spec.dnsConfig
  const options = new Map(base.options.map(option => [option.split(':')[0], option]))
  for (const { name, value } of own?.options ?? []) options.set(name, value ? `${name}:${value}` : (name ?? ''))
  const wished = {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])],
  }
  const servers = wished.servers.slice(0, SERVERS_MAX)
  const searches = fitting(wished.searches)
  const omissions = [
    ...(servers.length < wished.servers.length
      ? [`Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${servers.join(' ')}`]
      : []),
    ...(searches.length < wished.searches.length
      ? [`Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${searches.join(' ')}`]
      : []),
  ]
  return { servers, searches, options: [...options.values()], isMissingClusterDns, omissions }
  function cluster(): HostResolver {
    const searches = [`${metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...host.searches]
    return { servers: clusterDNS, searches, options: ['ndots:5'] }
  }
}

/** The first ones that fit; one that is too long by itself keeps no other away. */
function fitting(searches: readonly string[]): readonly string[] {
  const fit = searches.slice(0, SEARCHES_MAX).filter(({ length }) => length <= SEARCH_MAX_CHARACTERS)
  while (fit.join(' ').length > SEARCH_LINE_MAX_CHARACTERS) fit.pop()
  return fit
}
