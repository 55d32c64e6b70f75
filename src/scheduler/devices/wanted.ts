/** What claims want, request by request. Pure. */
import type { DeviceClass } from '#kinds/resource/device-class.ts'
import type { DeviceRequest, DeviceSubRequest, ExactDeviceRequest } from '#kinds/resource/device-claim.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'

export interface Wanted {
  readonly claim: ResourceClaim
  /** Of the request, with the alternative's name behind it: `gpu`, `gpu/large`. */
  readonly name: string
  /** Of the request alone. */
  readonly base: string
  /** Its own, without the request's. */
  readonly ownName: string
  readonly deviceClass: DeviceClass
  readonly details: ExactDeviceRequest | DeviceSubRequest
  readonly isAdmin: boolean
}
/** For each claim, for each request: the alternatives, best first; where there is no choice, the only one. */
export type Wishes = readonly (readonly (readonly Wanted[])[])[]

/** Something is wrong with a claim or class, so that no node can be judged. */
export class AllocationError extends Error {}
export const nameOf = ({ metadata }: ResourceClaim): string => `${metadata.namespace}/${metadata.name}`

/** Throws AllocationError when a class is not there. */
export const wishesOf = (claims: readonly ResourceClaim[], classOf: (name: string) => DeviceClass | undefined): Wishes =>
  claims.map(claim => claim.spec.devices.requests.map(request => alternatives(claim, request, classOf)))

function alternatives(
  claim: ResourceClaim,
  { name: base, exactly, firstAvailable = [] }: DeviceRequest,
  classOf: (name: string) => DeviceClass | undefined,
): readonly Wanted[] {
  const found = (className: string, ownName: string): DeviceClass => {
    const deviceClass = classOf(className)
    if (deviceClass) return deviceClass
    const missing = `deviceclass.resource.k8s.io "${className}" not found`
    throw new AllocationError(`claim ${nameOf(claim)}, request ${ownName}: could not retrieve device class ${className}: ${missing}`)
  }
  if (exactly)
    return [
      {
        claim,
        name: base,
        base,
        ownName: base,
        deviceClass: found(exactly.deviceClassName, base),
        details: exactly,
        isAdmin: exactly.adminAccess === true,
      },
    ]
  return firstAvailable.map(details => ({
    claim,
    name: `${base}/${details.name}`,
    base,
    ownName: details.name,
    deviceClass: found(details.deviceClassName, details.name),
    details,
    isAdmin: false,
  }))
}
