/** The kinds of resource.k8s.io/v1. */
import { DeviceClass } from './device-class.ts'
import { ResourceClaim } from './resource-claim.ts'
import { ResourceClaimTemplate } from './resource-claim-template.ts'
import { ResourceSlice } from './resource-slice.ts'

export const kinds = [DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice] as const
