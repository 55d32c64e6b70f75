/** What holds for the endpoints and ports of a slice. Upstream: pkg/apis/discovery/validation. */
import { isIPv4, isIPv6 } from '#base/cidr.ts'
import { isDns1123Label, isDns1123Subdomain } from '#kinds/meta/names.ts'
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
  for (const [i, address] of all.entries()) {
    const wrong = addressProblem(address, addressType)
    if (wrong) here.index(i).invalid(address, wrong)
  }
  for (const name of ['forZones', 'forNodes'] as const) {
    const found = hints?.[name] ?? []
    const hint = at.key('hints').key(name)
    if (found.length > HINTS_MAX) hint.tooMany(found.length, HINTS_MAX)
    const seen = new Set<string>()
    for (const [i, one] of found.entries()) {
      if (seen.has(one.name)) hint.index(i).key('name').duplicate(one.name)
      seen.add(one.name)
    }
  }
}
function addressProblem(address: string, addressType: string): string | undefined {
  if (addressType === 'IPv4') return isIPv4(address) ? undefined : 'must be a valid IPv4 address'
  if (addressType === 'IPv6') return isIPv6(address) ? undefined : 'must be a valid IPv6 address'
  return isDns1123Subdomain(address)
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
