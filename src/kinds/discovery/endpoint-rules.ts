/** What holds for the endpoints and ports of a slice. Upstream: pkg/apis/discovery/validation. */
import { formatAddress, parseAddress } from '#base/cidr.ts'
import { checkOrdinaryAddress } from '#kinds/core/address-rules.ts'
import { isDns1123Label, isDns1123Subdomain, isIP, isLabelValue } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'

/** So that one slice fits in one object and one watch event. */
export const ENDPOINTS_MAX = 1_000
const ADDRESSES_MAX = 100
const PORTS_MAX = 20_000
const HINTS_MAX = 8

interface Endpoint {
  readonly addresses: readonly string[] | null
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[]; readonly forNodes?: readonly { readonly name: string }[] }
}
export function checkEndpoint({ addresses, hints }: Endpoint, addressType: string, at: Path): void {
  const here = at.key('addresses')
  const all = addresses ?? []
  if (!all.length) here.required('must contain at least 1 address')
  if (all.length > ADDRESSES_MAX) here.tooMany(all.length, ADDRESSES_MAX)
  for (const [i, address] of all.entries()) checkAddress(address, { addressType, all: here, at: here.index(i) })
  for (const name of ['forZones', 'forNodes'] as const) {
    const found = hints?.[name] ?? []
    const hint = at.key('hints').key(name)
    if (found.length > HINTS_MAX) hint.tooMany(found.length, HINTS_MAX)
    const seen = new Set<string>()
    for (const [i, one] of found.entries()) {
      const here = hint.index(i).key('name')
      if (seen.has(one.name)) here.duplicate(one.name)
      seen.add(one.name)
      const wrong = name === 'forZones' ? isLabelValue(one.name) : isDns1123Subdomain(one.name)
      if (wrong) here.invalid(one.name, wrong)
    }
  }
}
/** `all`: where the whole list stands, which is named when the family is another one. */
function checkAddress(address: string, { addressType, all, at }: { addressType: string; all: Path; at: Path }): void {
  if (addressType === 'FQDN') return checkDomain(address, at)
  // Of an unknown type it has been said already that it is none.
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return
  const parsed = parseAddress(address)
  if (!parsed) return at.invalid(address, isIP(address) as string)
  const canonical = formatAddress(parsed)
  // Addresses of IPv4 were taken in any form once.
  if (addressType === 'IPv6' && canonical !== address) return at.invalid(address, `must be in canonical form ("${canonical}")`)
  if (`IPv${parsed.family}` !== addressType) all.invalid(address, `must be an ${addressType} address`)
  checkOrdinaryAddress(address, at)
}
function checkDomain(text: string, at: Path): void {
  const name = text.replace(/\.$/, '')
  const wrong = isDns1123Subdomain(name)
  if (text === '') at.required()
  else if (wrong) at.invalid(name, wrong)
  else if (!name.includes('.')) at.invalid(name, 'should be a domain with at least two segments separated by dots')
}

interface Port {
  readonly name: string
}
export function checkPorts(ports: readonly Port[], at: Path): void {
  if (ports.length > PORTS_MAX) at.tooMany(ports.length, PORTS_MAX)
  const seen = new Set<string>()
  for (const [i, { name }] of ports.entries()) {
    const here = at.index(i).key('name')
    const wrong = name === '' ? undefined : isDns1123Label(name)
    if (wrong) here.invalid(name, wrong)
    if (seen.has(name)) here.duplicate(name)
    seen.add(name)
  }
}

const SHOWN_MAX = 3
/** The first three, and how many more there are. */
export const shortList = (items: readonly string[]): string =>
  items.length > SHOWN_MAX ? `${items.slice(0, SHOWN_MAX).join(',')} + ${items.length - SHOWN_MAX} more...` : items.join(',') || '<unset>'

export const sliceWarnings = ({ addressType }: { readonly addressType: string }): readonly string[] =>
  addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []
