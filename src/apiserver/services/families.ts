/** The IP families of a service: what it asks for, what the cluster has, and what follows. Upstream: registry/core/service/storage/alloc.go. */
import { parseAddress } from '#base/cidr.ts'
import type { ServiceSpec } from '#kinds/core/service-spec.ts'
import { checkClusterIPs } from '#kinds/core/service/cluster-ips.ts'
import { isHeadless } from '#kinds/core/service/facts.ts'
import { isEqual } from '#schema/json-value.ts'
import { pathAt } from '#schema/path.ts'
import type { Draft, Problem } from '#schema/vocabulary.ts'

export type Family = 'IPv4' | 'IPv6'
export const familyOf = (address: string): Family | undefined => {
  const parsed = parseAddress(address)
  return parsed && `IPv${parsed.family}`
}

/**
 * Fills in ipFamilies and ipFamilyPolicy; gives the breaches. `families`: those of the cluster, the default one first.
 *
 * | service | policy | families |
 * |---|---|---|
 * | ExternalName | | none |
 * | with addresses | SingleStack | those of the addresses |
 * | headless without selector | RequireDualStack | both, whatever the cluster has: somebody else writes its endpoints |
 * | otherwise | SingleStack | the cluster's first; with a dual-stack policy all that the cluster has |
 */
export function settleFamilies(spec: Draft<ServiceSpec>, families: readonly Family[], before?: ServiceSpec): readonly Problem[] {
  if (spec.type === 'ExternalName') return []
  const at = pathAt('spec')
  const old = before?.type === 'ExternalName' ? undefined : before
  const isForOthers = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isForOthers ? 'RequireDualStack' : 'SingleStack')
  checkClusterIPs(spec, at)
  if (at.problems.length) return at.problems
  if (old) releaseUnchanged(spec, old)
  // Nobody gains or loses an address because the cluster has changed meanwhile.
  if (old && spec.ipFamilyPolicy === 'PreferDualStack' && isSame(spec, old)) return []
  if (spec.ipFamilyPolicy === 'SingleStack')
    for (const [name, count] of [
      ['cluster IPs', spec.clusterIPs?.length],
      ['IP families', spec.ipFamilies?.length],
    ] as const)
      if (count === 2)
        at.key('ipFamilyPolicy').invalid(
          spec.ipFamilyPolicy,
          `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${name} are specified`,
        )
  inferFamilies(spec, families, at)
  if (at.problems.length) return at.problems
  if (isForOthers) {
    if (!spec.ipFamilies?.length) spec.ipFamilies = families.slice(0, 1)
    if (spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length === 1) spec.ipFamilies.push(other(spec.ipFamilies[0] as Family))
    return []
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack' && families.length < 2)
    at.key('ipFamilyPolicy').invalid(spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')
  for (const [i, family] of (spec.ipFamilies ?? []).entries())
    if (!families.includes(family as Family)) at.key('ipFamilies').index(i).invalid(family, 'not configured on this cluster')
  if (at.problems.length) return at.problems
  if (!spec.ipFamilies?.length) spec.ipFamilies = families.slice(0, 1)
  if (spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length === 1 && families.length === 2)
    spec.ipFamilies.push(other(spec.ipFamilies[0] as Family))
  return []
}

/** An update that only asks for a single stack gives the second address up. */
function releaseUnchanged(spec: Draft<ServiceSpec>, before: ServiceSpec): void {
  if (spec.ipFamilyPolicy !== 'SingleStack' || before.ipFamilyPolicy === 'SingleStack') return
  if (isEqual(spec.clusterIPs, before.clusterIPs) && spec.clusterIPs?.length === 2) spec.clusterIPs = spec.clusterIPs.slice(0, 1)
  if (isEqual(spec.ipFamilies, before.ipFamilies) && spec.ipFamilies?.length === 2) spec.ipFamilies = spec.ipFamilies.slice(0, 1)
}
const isSame = (spec: ServiceSpec, before: ServiceSpec) =>
  spec.ipFamilyPolicy === before.ipFamilyPolicy &&
  isEqual(spec.ipFamilies, before.ipFamilies) &&
  isEqual(spec.clusterIPs, before.clusterIPs)

function inferFamilies(spec: Draft<ServiceSpec>, families: readonly Family[], at: ReturnType<typeof pathAt>): void {
  for (const [i, address] of (spec.clusterIPs ?? []).entries()) {
    const family = familyOf(address)
    if (!family) return
    const known = spec.ipFamilies?.[i]
    const here = at.key('clusterIPs').index(i)
    if (known !== undefined && known !== family) here.invalid(address, `expected an ${known} value as indicated by \`ipFamilies[${i}]\``)
    else if (known === undefined && !families.includes(family)) here.invalid(spec.clusterIPs, `${family} is not configured on this cluster`)
    else if (known === undefined) spec.ipFamilies = [...(spec.ipFamilies ?? []), family]
  }
}
const other = (family: Family): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4')
