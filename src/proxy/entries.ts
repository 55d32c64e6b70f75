/** What stands in the tables for one owner, a service, a pod or a policy: elements of maps and sets, and chains and sets of its own. */
import type { Family } from './family.ts'

/** By `<family> <map, set, "chain" or "set"> <key or name>`; the value is a map's data, a chain's rules or a set's type, else empty. */
export type Entries = ReadonlyMap<string, string>

/** As nft writes it. */
export type Protocol = 'tcp' | 'udp' | 'sctp'
export const protocolOf = (name: 'TCP' | 'UDP' | 'SCTP'): Protocol => name.toLowerCase() as Protocol

export type Places =
  | 'services'
  | 'services-outside'
  | `endpoints-${Protocol}`
  | 'nodeports'
  | 'nodeports-outside'
  | `nodeport-endpoints-${Protocol}`
  | 'unserved'
  | 'guarded'
  | 'sources'
  | 'hairpin'
  | 'elsewhere'
  | 'ingress'
  | 'egress'
  | `peers-${string}`
  | `ports-${string}`
  | 'chain'
  | 'set'

export interface Entry {
  readonly family: Family['name']
  readonly place: Places
  readonly key: string
}
export const idOf = ({ family, place, key }: Entry): string => `${family} ${place} ${key}`
export function entryOf(id: string): Entry {
  const [first, second] = [id.indexOf(' '), id.indexOf(' ', 4)]
  return { family: id.slice(0, first) as Family['name'], place: id.slice(first + 1, second) as Places, key: id.slice(second + 1) }
}

/** Rules of a chain stand in one value, a line each. */
export const RULE_END = '\n'
