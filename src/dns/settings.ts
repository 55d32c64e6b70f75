/** What the user may choose of cluster DNS: the config map `kube-system/knarr-dns`. */
import { parseAddress } from '#base/cidr.ts'
import { type Hosts, NO_HOSTS, parseHosts } from './names/hosts.ts'

export const CONFIG_MAP = { namespace: 'kube-system', name: 'knarr-dns' }

export interface Upstream {
  readonly address: string
  readonly port: number
}
export interface DnsSettings {
  readonly hosts: Hosts
  /** By domain in lower case: who is asked about names below it. */
  readonly stubDomains: ReadonlyMap<string, readonly Upstream[]>
  /** Who is asked about all other names; absent: the node's own resolvers. */
  readonly upstreams?: readonly Upstream[]
  /** What could not be understood, and is as if it were not there. */
  readonly problems: readonly string[]
}
export const DEFAULT_SETTINGS: DnsSettings = { hosts: NO_HOSTS, stubDomains: new Map(), problems: [] }
const KEYS = ['hosts', 'stubDomains', 'upstreams']
const DNS_PORT = 53

/** Each part that is wrong is told of and left out; the rest holds. */
export function readSettings(data: Readonly<Record<string, string>>): DnsSettings {
  const problems: string[] = []
  const wrong = (problem: string) => void problems.push(problem)
  for (const key of Object.keys(data)) if (!KEYS.includes(key)) wrong(`"${key}" is no setting; there are: ${KEYS.join(', ')}`)
  const words = (data['upstreams'] ?? '').split(/[\s,]+/).filter(Boolean)
  const upstreams = upstreamsOf(words, 'upstreams', wrong)
  return {
    hosts: parseHosts(data['hosts'] ?? '', wrong),
    stubDomains: stubDomainsOf(data['stubDomains'], wrong),
    ...(upstreams.length > 0 && { upstreams }),
    problems,
  }
}

function stubDomainsOf(text: string | undefined, wrong: (problem: string) => void): ReadonlyMap<string, readonly Upstream[]> {
  const domains = new Map<string, readonly Upstream[]>()
  const value = text === undefined || text.trim() === '' ? {} : parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    wrong('stubDomains: must be a JSON object of domains and their servers: {"acme.local": ["1.2.3.4"]}')
    return domains
  }
  for (const [domain, servers] of Object.entries(value)) {
    const words: readonly unknown[] = Array.isArray(servers) ? servers : [servers]
    const upstreams = upstreamsOf(words.map(String), `stubDomains: ${domain}`, wrong)
    // Without a server that can be asked, asking others about such names would tell them what is none of their business.
    domains.set(domain.toLowerCase().replaceAll(/^\.+|\.+$/g, ''), upstreams)
  }
  return domains
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
const upstreamsOf = (words: readonly string[], where: string, wrong: (problem: string) => void): readonly Upstream[] =>
  words.flatMap(word => {
    const upstream = parseUpstream(word)
    if (!upstream) wrong(`${where}: "${word}" is no address of a server, such as 1.1.1.1, 10.0.0.10:5353 or [fd00::1]:53`)
    return upstream ? [upstream] : []
  })

/** `1.1.1.1`, `1.1.1.1:5353`, `fd00::1`, `[fd00::1]:5353`; undefined for anything else. */
export function parseUpstream(text: string): Upstream | undefined {
  const match = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text)
  // An IPv6 address without a port has colons and no brackets.
  const address = match ? (match[1] ?? match[2] ?? '') : text
  const port = Number(match?.[3] ?? DNS_PORT)
  return parseAddress(address.replace(/%\w+$/, '')) && port >= 1 && port <= 65_535 ? { address, port } : undefined
}
