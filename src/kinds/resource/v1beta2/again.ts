/** What resource.k8s.io/v1beta2 has in common with v1. */
import { DeviceClass as V1DeviceClass } from '#kinds/resource/device-class.ts'
import { ResourceClaim as V1ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { ResourceClaimTemplate as V1ResourceClaimTemplate } from '#kinds/resource/resource-claim-template.ts'
import { ResourceSlice as V1ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { DeviceTaint as V1DeviceTaint } from '#kinds/resource/taint.ts'
import { again } from './group.ts'

export class DeviceTaint extends again(V1DeviceTaint) {}
export class DeviceClass extends again(V1DeviceClass) {}
export class ResourceClaim extends again(V1ResourceClaim) {}
export class ResourceClaimTemplate extends again(V1ResourceClaimTemplate) {}
export class ResourceSlice extends again(V1ResourceSlice) {}
