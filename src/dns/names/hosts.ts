/** Names that the user gives addresses to, in the manner of /etc/hosts. */
import { isIPv4, parseAddress } from '#base/cidr.ts'
import { encodeName } from '../wire/name.ts'
import { TYPE } from '../wire/numbers.ts'
import type { DnsRecord } from '../wire/records.ts'
import { reversedAddress } from './reverse.ts'
import { canonical } from './view.ts'
import { type Found, TTL_SECONDS } from './zone.ts'

export interface Hosts {
  /** By name in lower case. */
  readonly addresses: ReadonlyMap<string, readonly string[]>
  /** By address. */
  readonly names: ReadonlyMap<string, readonly string[]>
}
export const NO_HOSTS: Hosts = { addresses: new Map(), names: new Map() }

/** Reads lines of an address and its names; `wrong` is told of lines that are none. Source: hosts(5). */
export function parseHosts(text: string, wrong: (problem: string) => void): Hosts {
  const addresses = new Map<string, string[]>()
  const names = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...rest] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (address === '') continue
    const known = rest.map(name => name.toLowerCase().replace(/\.$/, ''))
    if (!parseAddress(address)) wrong(`hosts: "${address}" is no address`)
    else if (known.length === 0) wrong(`hosts: "${address}" has no names`)
    else
      for (const name of known) {
        if (!encodeName(name)) {
          wrong(`hosts: "${name}" is no name`)
          continue
        }
        addresses.set(name, [...(addresses.get(name) ?? []), address])
        names.set(canonical(address), [...(names.get(canonical(address)) ?? []), name])
      }
  }
  return { addresses, names }
}

/** Undefined when the hosts do not have the name: then others may. */
export function hostName(name: string, type: number, { addresses, names }: Hosts): Found | undefined {
  const own = addresses.get(name)
  if (own) {
    const records = own.map((address): DnsRecord => ({ name, ttlSeconds: TTL_SECONDS, type: isIPv4(address) ? 'A' : 'AAAA', address }))
    return { records: records.filter(record => TYPE[record.type] === type) }
  }
  const address = names.size > 0 ? reversedAddress(name) : undefined
  const targets = address === undefined ? undefined : names.get(address)
  if (!targets) return undefined
  return { records: type === TYPE.PTR ? targets.map((target): DnsRecord => ({ name, ttlSeconds: TTL_SECONDS, type: 'PTR', target })) : [] }
}
