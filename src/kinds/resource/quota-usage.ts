/** How many devices of each class a claim may get at most, as quotas count them. Upstream: pkg/quota/v1/evaluator/core, resource_claims.go. */
import type { DeviceRequest } from './device-claim.ts'
import type { ResourceClaim } from './resource-claim.ts'

/** Behind the class: `gold.deviceclass.resource.k8s.io/devices`. */
export const DEVICES_OF_CLASS = '.deviceclass.resource.k8s.io/devices'
/** Who wants all devices counts with as many as an allocation can have. */
const ALL = 32

/** By the names that quotas know. Of alternatives the greatest number counts, for each class. */
export function deviceUsage({ spec }: Pick<ResourceClaim, 'spec'>): Readonly<Record<string, string>> {
  const sums = new Map<string, number>()
  for (const request of spec.devices.requests ?? [])
    for (const [name, count] of mostOf(request)) sums.set(name, (sums.get(name) ?? 0) + count)
  return Object.fromEntries([...sums].map(([name, sum]) => [`${name}${DEVICES_OF_CLASS}`, String(sum)]))
}
function mostOf({ exactly, firstAvailable = [] }: DeviceRequest): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const { deviceClassName, allocationMode, count = 1 } of exactly ? [exactly] : firstAvailable)
    most.set(deviceClassName, Math.max(most.get(deviceClassName) ?? 0, allocationMode === 'All' ? ALL : count))
  return most
}
