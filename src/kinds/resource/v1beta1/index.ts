/** The kinds of resource.k8s.io/v1beta1. */
import { DeviceClass } from './again.ts'
import { ResourceClaim } from './resource-claim.ts'
import { ResourceClaimTemplate } from './resource-claim-template.ts'
import { ResourceSlice } from './resource-slice.ts'

export const kinds = [ResourceClaim, ResourceClaimTemplate, ResourceSlice, DeviceClass] as const
