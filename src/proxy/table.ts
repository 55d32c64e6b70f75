/** The table: chains that never change, over maps whose elements are the services, and sets for what policies name. */
import { type Family, isOf } from './family.ts'
import { policyTable } from './policy/table.ts'

export interface TableOptions {
  /** Of the table; nobody else's is touched. */
  readonly name: string
  readonly family: Family
  /** All pods of the cluster (CIDR, any family). */
  readonly podRanges: readonly string[]
  /** The pods of this node. */
  readonly nodeRanges: readonly string[]
  /** All service addresses. */
  readonly serviceRanges: readonly string[]
  /** Addresses of further nodes on this machine, whose packets come through this node. */
  readonly throughRanges?: readonly string[]
}

/** Backends on this node are numbered from here on, so that both lists of a frontend stand in one map. */
export const HERE_FIRST = 65_536

/**
 * The script that puts an empty table in place of whatever there was. A service's frontend (address, protocol, port) leads to a chain
 * that picks among as many backends as it has; all TCP services with three backends share the chain `pick-tcp-3`, which looks the chosen
 * one up under frontend and number. So a change of a backend is a change of an element or two, and the number of chains does not grow
 * with the number of services. Reference: nft(8); KEP-3866 has a chain per service and per backend.
 */
export function skeleton({ name, family, podRanges, nodeRanges, serviceRanges, throughRanges = [] }: TableOptions): string {
  const { name: ip, type, loopback, nowhere } = family
  const [pods, here, services] = [podRanges, nodeRanges, serviceRanges].map(ranges => among(family, ranges)) as [string, string, string]
  const address = `${ip} daddr . meta l4proto . th dport`
  const port = 'meta l4proto . th dport'
  // Answers must come back through here. Those of nodes behind this one do so anyway, unless a node asks that may have the pod itself.
  const passing = throughRanges.some(range => isOf(family, range)) ? among(family, throughRanges) : `!= ${pods}`
  const isOwn = `fib daddr type local ${ip} daddr != ${loopback}`
  return `add table ${ip} ${name}
delete table ${ip} ${name}
table ${ip} ${name} {
  map services { type ${type} . inet_proto . inet_service : verdict; }
  map services-outside { type ${type} . inet_proto . inet_service : verdict; }
  map nodeports { type inet_proto . inet_service : verdict; }
  map nodeports-outside { type inet_proto . inet_service : verdict; }
${PROTOCOLS.map(protocol => endpointMaps(ip, protocol)).join('\n')}
  set unserved { type ${type} . inet_proto . inet_service; }
  set guarded { type ${type} . inet_proto . inet_service; }
  set sources { type ${type} . inet_proto . inet_service . ${type}; flags interval; }
  set hairpin { type ${type} . ${type}; }
  set elsewhere { type ${type}; }
${policyTable(family)}
  chain dispatch {
    ${address} vmap @services
    ${isOwn} ${port} vmap @nodeports
  }
  chain outside {
    ${address} vmap @services-outside
    ${isOwn} ${port} vmap @nodeports-outside
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ${ip} saddr != ${pods} jump outside
    jump dispatch
  }
  chain output {
    type nat hook output priority -100; policy accept;
    jump dispatch
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct status & dnat == dnat oifname != "lo" ${ip} saddr . ${ip} daddr @hairpin masquerade
    ct status & dnat == dnat ${ip} saddr ${passing} ${ip} daddr ${pods} ${ip} daddr != ${here} masquerade
    ct status & dnat == dnat ${ip} saddr != ${pods} ${ip} daddr @elsewhere masquerade
  }
  chain guard {
    type filter hook prerouting priority dstnat - 10; policy accept;
    ${address} @guarded ${address} . ${ip} saddr != @sources fib saddr type != local drop
  }
  chain refuse {
    ${address} @unserved reject
    ${ip} daddr ${services} fib daddr type != local reject
  }
  chain refuse-forward {
    type filter hook forward priority filter; policy accept;
    ct state new jump refuse
  }
  chain refuse-output {
    type filter hook output priority filter; policy accept;
    ct state new jump refuse
  }
  chain ${ALIVE.rule} { }
  chain ${ALIVE.element} { }
  chain never { jump ${ALIVE.rule}; }
}
add element ${ip} ${name} services { ${nowhere} . tcp . 0 : goto ${ALIVE.element} }
`
}
/** Chains that nothing ever comes to, each kept by one reference: from a rule, and from an element. */
const ALIVE = { rule: 'alive-rule', element: 'alive-element' }

/**
 * A script that asks whether the tables still have their rules and elements: it must be refused, with as many errors as
 * `probeErrors` says, since a chain that is referred to cannot be deleted. Unlike any listing it costs the same however large they are.
 */
export const probe = (tables: readonly TableOptions[]): string =>
  tables.flatMap(({ name, family }) => Object.values(ALIVE).map(chain => `delete chain ${family.name} ${name} ${chain}\n`)).join('')
export const probeErrors = (tables: readonly TableOptions[]): number => tables.length * Object.keys(ALIVE).length
const among = (family: Family, ranges: readonly string[]): string => `{ ${ranges.filter(range => isOf(family, range)).join(', ')} }`

/** nft keeps track of the protocol that a port belongs to, so that each has maps of its own. */
const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
const endpointMaps = (ip: Family['name'], protocol: string): string =>
  `  map endpoints-${protocol} { typeof ${ip} daddr . ${protocol} dport . numgen random mod 2 : ${ip} daddr . ${protocol} dport; }
  map nodeport-endpoints-${protocol} { typeof ${protocol} dport . numgen random mod 2 : ${ip} daddr . ${protocol} dport; }`

/** Which list of backends a chain picks from. */
export interface Pick {
  /** In lower case. */
  readonly protocol: string
  /** For ports of the node; else for an address of a service. */
  readonly isNode: boolean
  /** Only those on this node. */
  readonly isHere: boolean
  readonly backends: number
}
export const pickChain = ({ protocol, isNode, isHere, backends }: Pick): string =>
  `pick-${protocol}${isNode ? '-node' : ''}${isHere ? '-here' : ''}-${backends}`

/** The rules of a picking chain, read off its name; none for the name of another chain. */
export function pickRules(chain: string, { name: ip }: Family): readonly string[] {
  const [, protocol, isNode, isHere, count] = /^pick-([a-z]+)(-node)?(-here)?-(\d+)$/.exec(chain) ?? []
  if (count === undefined) return []
  const frontend = isNode ? `${protocol} dport` : `${ip} daddr . ${protocol} dport`
  const map = `${isNode ? 'nodeport-endpoints' : 'endpoints'}-${protocol}`
  const offset = isHere ? ` offset ${HERE_FIRST}` : ''
  const rule = (modulus: string) => `meta l4proto ${protocol} dnat ${ip} to ${frontend} . numgen random mod ${modulus}${offset} map @${map}`
  // A packet that came to this chain a moment before the last backend went finds nothing under its number, and takes the first one.
  return count === '1' ? [rule('1')] : [rule(count), rule('1')]
}
