/** The kinds of resource.k8s.io/v1beta2. */
import { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from './again.ts'
import { DeviceTaintRule } from './device-taint-rule.ts'

export const kinds = [DeviceTaintRule, DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice] as const
