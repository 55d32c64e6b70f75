/** Names of addresses: those of services and of endpoints. */
import { type Cidr, contains, formatAddress, parseAddress } from '#base/cidr.ts'
import { TYPE } from '../wire/numbers.ts'
import type { DnsRecord } from '../wire/records.ts'
import { endpointHost } from './service.ts'
import { canonical, type ClusterView, serviceNameOf } from './view.ts'
import { type Found, TTL_SECONDS } from './zone.ts'

const SUFFIX = { four: '.in-addr.arpa', six: '.ip6.arpa' }
/** The domains of names of addresses. */
export const reverseDomain = (name: string): string | undefined =>
  name.endsWith(SUFFIX.four) ? 'in-addr.arpa' : name.endsWith(SUFFIX.six) ? 'ip6.arpa' : undefined

/** The address that `7.0.42.10.in-addr.arpa` and the like spell, canonical; undefined when it is none. Source: RFC 1035, 3.5; RFC 3596, 2.5. */
export function reversedAddress(name: string): string | undefined {
  if (name.endsWith(SUFFIX.four)) return spelt(name.slice(0, -SUFFIX.four.length).split('.').toReversed().join('.'))
  if (!name.endsWith(SUFFIX.six)) return undefined
  const digits = name.slice(0, -SUFFIX.six.length).split('.').toReversed()
  if (digits.length !== 32 || digits.some(digit => !/^[\da-f]$/.test(digit))) return undefined
  return spelt(digits.join('').match(/.{4}/g)?.join(':') ?? '')
}
function spelt(text: string): string | undefined {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

export interface ReverseNames {
  readonly view: ClusterView
  readonly domain: string
  /** Ranges of pods and services: nobody else knows their addresses, so that nobody else is asked. */
  readonly ranges: readonly Cidr[]
}
/** `'elsewhere'` when the address is none of ours. */
export function addressName(name: string, type: number, { view, domain, ranges }: ReverseNames): Found | undefined | 'elsewhere' {
  const address = reversedAddress(name)
  if (address === undefined) return 'elsewhere'
  const targets = namesOf(address, view, domain)
  if (targets.length === 0) {
    const parsed = parseAddress(address)
    return parsed && ranges.some(range => contains(range, parsed)) ? undefined : 'elsewhere'
  }
  const records = targets.map((target): DnsRecord => ({ name, ttlSeconds: TTL_SECONDS, type: 'PTR', target }))
  return { records: type === TYPE.PTR ? records : [] }
}
function namesOf(address: string, view: ClusterView, domain: string): readonly string[] {
  const services = view.servicesAt(address).map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${domain}`)
  if (services.length > 0) return services
  const endpoints = view
    .slicesAt(address)
    .flatMap(slice =>
      (slice.endpoints ?? [])
        .filter(({ addresses, conditions }) => conditions?.ready !== false && addresses?.some(each => canonical(each) === address))
        .map(({ hostname }) => ({ slice, hostname })),
    )
  // A host name was given on purpose; a name made of the address tells nothing new, and comes last.
  const named = endpoints.toSorted((a, b) => Number(!a.hostname) - Number(!b.hostname))
  return [
    ...new Set(
      named.map(
        ({ slice, hostname }) => `${endpointHost(address, hostname)}.${serviceNameOf(slice)}.${slice.metadata.namespace}.svc.${domain}`,
      ),
    ),
  ]
}
