/** How a pod is called by its containers and by others: host name, domain, hosts file. */
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
