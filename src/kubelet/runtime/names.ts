/** How a pod is called by its containers and by others: host name, domain, search domains. */
import type { HostResolver } from '#base/resolver-file.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ConfigProblem } from './environment.ts'

/** Linux refuses longer host names. */
const HOSTNAME_MAX_CHARACTERS = 63

export interface PodNames {
  readonly hostname: string
  /** `web-0.web.default.svc.cluster.local`; undefined without a subdomain. */
  readonly fullName: string | undefined
}
/** Throws ConfigProblem when a full name is asked for that does not fit. */
export function podNames({ metadata, spec }: Pod, clusterDomain: string): PodNames {
  const long = spec.hostname || metadata.name || ''
  const hostname = spec.hostnameOverride ?? (spec.hostname ? long : long.slice(0, HOSTNAME_MAX_CHARACTERS).replace(/[-.]+$/, ''))
  const fullName =
    spec.subdomain && spec.hostnameOverride === undefined
      ? `${hostname}.${spec.subdomain}.${metadata.namespace}.svc.${clusterDomain}`
      : undefined
  if (!spec.setHostnameAsFQDN || !fullName) return { hostname, fullName }
  if (fullName.length > HOSTNAME_MAX_CHARACTERS + 1)
    throw new ConfigProblem(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fullName} is too long (64 characters is the max, ${fullName.length} characters requested)`,
    )
  return { hostname: fullName, fullName }
}

export interface DnsInput {
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** What the node's own resolv.conf says. */
  readonly host: HostResolver
}
/** glibc reads no more than these. Reference: resolv.conf(5). */
const SERVERS_MAX = 3

/** The resolver configuration of a pod, and whether the wished policy could not be followed. Reference: DNS for Services and Pods. */
export function podDns(
  { metadata, spec }: Pod,
  { clusterDNS, clusterDomain, host }: DnsInput,
): HostResolver & { readonly isMissingClusterDns: boolean } {
  const wantsCluster = spec.dnsPolicy === 'ClusterFirstWithHostNet' || (spec.dnsPolicy === 'ClusterFirst' && !spec.hostNetwork)
  const isMissingClusterDns = wantsCluster && clusterDNS.length === 0
  const base =
    spec.dnsPolicy === 'None' ? { servers: [], searches: [], options: [] } : wantsCluster && !isMissingClusterDns ? cluster() : host
  const own = spec.dnsConfig
  const options = new Map(base.options.map(option => [option.split(':')[0], option]))
  for (const { name, value } of own?.options ?? []) options.set(name, value ? `${name}:${value}` : (name ?? ''))
  return {
    servers: [...new Set([...base.servers, ...(own?.nameservers ?? [])])].slice(0, SERVERS_MAX),
    searches: [...new Set([...base.searches, ...(own?.searches ?? [])])],
    options: [...options.values()],
    isMissingClusterDns,
  }
  function cluster(): HostResolver {
    const searches = [`${metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain, ...host.searches]
    return { servers: clusterDNS, searches, options: ['ndots:5'] }
  }
}

/** The hosts file of a pod; host-network pods get the node's own in its place. */
export function hostsFile(
  { spec }: Pod,
  { ips, names: { hostname, fullName }, hostFile }: { ips: readonly string[]; names: PodNames; hostFile: string },
): string {
  const aliases = (spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => [ip, ...hostnames].join('\t'))
  const added = aliases.length ? `\n# Entries added by HostAliases.\n${aliases.join('\n')}\n` : ''
  if (spec.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${hostFile}${added}`
  const own = ips.map(ip => [ip, ...(fullName ? [fullName] : []), ...(hostname === fullName ? [] : [hostname])].join('\t'))
  return `# Kubernetes-managed hosts file.\n${LOOPBACK}${own.join('\n')}\n${added}`
}
const LOOPBACK = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`
