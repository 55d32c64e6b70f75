/** What resource.k8s.io/v1beta1 has in common with v1. */
import {
  DeviceAttribute as V1DeviceAttribute,
  DeviceCapacity as V1DeviceCapacity,
  DeviceCounterConsumption as V1DeviceCounterConsumption,
  NodeAllocatableResourceMapping as V1NodeAllocatableResourceMapping,
} from '#kinds/resource/device.ts'
import { CapacityRequirements as V1CapacityRequirements } from '#kinds/resource/device-claim.ts'
import { DeviceClass as V1DeviceClass } from '#kinds/resource/device-class.ts'
import { DeviceSelector as V1DeviceSelector } from '#kinds/resource/device-selector.ts'
import { ResourceClaimStatus as V1ResourceClaimStatus } from '#kinds/resource/resource-claim.ts'
import { DeviceTaint as V1DeviceTaint, DeviceToleration as V1DeviceToleration } from '#kinds/resource/taint.ts'
import { again } from './group.ts'

export class CapacityRequirements extends again(V1CapacityRequirements) {}
export class DeviceAttribute extends again(V1DeviceAttribute) {}
export class DeviceCapacity extends again(V1DeviceCapacity) {}
export class DeviceCounterConsumption extends again(V1DeviceCounterConsumption) {}
export class DeviceSelector extends again(V1DeviceSelector) {}
export class DeviceTaint extends again(V1DeviceTaint) {}
export class DeviceToleration extends again(V1DeviceToleration) {}
export class NodeAllocatableResourceMapping extends again(V1NodeAllocatableResourceMapping) {}
export class ResourceClaimStatus extends again(V1ResourceClaimStatus) {}
export class DeviceClass extends again(V1DeviceClass) {}
