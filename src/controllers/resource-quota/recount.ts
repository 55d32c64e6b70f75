/** What a quota's status should say: its limits, and what the objects of its namespace use of them. Upstream: pkg/controller/resourcequota. */
import type { ResourceQuota, ResourceQuotaStatus } from '#kinds/core/resource-quota.ts'
import { isInScopes } from '#kinds/core/resource-quota/scopes.ts'
import { type Amounts, countedBy, masked, sumOf, usageOf } from '#kinds/core/resource-quota/usage.ts'
import { canonicalQuantity } from '#schema/quantity.ts'

/** The resources that must be looked at: `pods`, `deployments.apps`. */
export const countedResources = ({ spec }: ResourceQuota): readonly string[] => [...new Set(Object.keys(spec.hard ?? {}).map(countedBy))]

/** `objects`: those of the quota's namespace, by resource. What nothing uses is told as 0. */
export function recount(quota: ResourceQuota, objects: ReadonlyMap<string, readonly object[]>, now: number): ResourceQuotaStatus {
  const { hard = {} } = quota.spec
  const names = Object.keys(hard)
  const used = sumOf(
    [...objects].flatMap(([resource, found]) =>
      found.filter(object => isInScopes(quota.spec, resource, object)).map(object => masked(usageOf(resource, object, now), names)),
    ),
  )
  const zeros: Amounts = Object.fromEntries(names.map(name => [name, '0']))
  return { hard, used: canonical({ ...zeros, ...used }) }
}
const canonical = (amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, canonicalQuantity(amount)]))
