/** Rules for a service's addresses and their families. Upstream: ValidateServiceClusterIPsRelatedFields. */
import { parseAddress } from '#base/cidr.ts'
import { isIP } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { ServiceSpec } from '../service-spec.ts'
import { needsClusterIP } from './facts.ts'

const FAMILIES: readonly string[] = ['IPv4', 'IPv6']
type Fields = Pick<ServiceSpec, 'type' | 'clusterIP' | 'clusterIPs' | 'ipFamilies'>

/** By themselves; asked before addresses are chosen as well, so that what contradicts itself is not put right unseen. */
export function checkClusterIPs({ type, clusterIP, clusterIPs: addresses = [], ipFamilies = [] }: Fields, at: Path): void {
  if (type === 'ExternalName') return
  const here = at.key('clusterIPs')
  if (clusterIP && addresses.length === 0) here.required()
  if (clusterIP && addresses.length > 0 && addresses[0] !== clusterIP) here.invalid(addresses, 'first value must match `clusterIP`')
  if (!clusterIP && addresses.length > 0) here.invalid(addresses, 'must be empty when `clusterIP` is not specified')
  for (const [i, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) at.key('ipFamilies').index(i).unsupported(family, FAMILIES)
    if (ipFamilies.indexOf(family) !== i) at.key('ipFamilies').index(i).duplicate(family)
  }
  let areAddresses = true
  for (const [i, address] of addresses.entries()) {
    const isNone = i === 0 && address === 'None'
    if (isNone && addresses.length > 1) here.invalid(addresses, "'None' must be the first and only value")
    const wrong = isNone ? undefined : isIP(address)
    if (wrong) here.index(i).invalid(address, wrong)
    if (wrong || (isNone && addresses.length > 1)) areAddresses = false
  }
  if (addresses.length > 2) here.invalid(addresses, 'may only hold up to 2 values')
  if (!areAddresses || addresses.length < 2) return
  const families = new Set(addresses.map(address => parseAddress(address)?.family))
  if (addresses.length > families.size || families.size < 2) here.invalid(addresses, 'may specify no more than one IP for each IP family')
}

/** The first address and the first family stay for as long as a service has an address. */
export function checkClusterIPsKept(spec: Fields, before: Fields | undefined, at: Path): void {
  if (!before || !needsClusterIP(before) || !needsClusterIP(spec)) return
  const [old] = before.clusterIPs ?? []
  if (old && spec.clusterIPs?.[0] !== old) at.key('clusterIPs').index(0).invalid(spec.clusterIPs, 'may not change once set')
  const [oldFamily] = before.ipFamilies ?? []
  if (oldFamily && spec.ipFamilies?.length && spec.ipFamilies[0] !== oldFamily)
    at.key('ipFamilies').index(0).invalid(spec.ipFamilies, 'may not change once set')
}
