/** ResourceClaim: ?file resource/resource-claim. */
import { Condition } from '#kinds/meta/condition.ts'
import { rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { AllocationResult } from './allocation.ts'
import { DeviceClaim } from './device-claim.ts'
import { kind, struct } from './group.ts'

export class ResourceClaimSpec extends struct({
  devices: field(1, DeviceClaim, '?ResourceClaimSpec.devices', { written: true }),
}) {}

export class ResourceClaimConsumerReference extends struct({
  apiGroup: field(1, string, '?ResourceClaimConsumerReference.apiGroup'),
  resource: field(3, string, '?ResourceClaimConsumerReference.resource', { always: true }),
  name: field(4, string, '?ResourceClaimConsumerReference.name', { always: true }),
  uid: field(5, string, '?ResourceClaimConsumerReference.uid', { always: true }),
}) {}

export class NetworkDeviceData extends struct({
  interfaceName: field(1, string, '?NetworkDeviceData.interfaceName'),
  ips: field(2, list(string, { listType: 'atomic' }), '?NetworkDeviceData.ips'),
  hardwareAddress: field(3, string, '?NetworkDeviceData.hardwareAddress'),
}) {}

export class AllocatedDeviceStatus extends struct({
  driver: field(1, string, '?AllocatedDeviceStatus.driver', { always: true }),
  pool: field(2, string, '?AllocatedDeviceStatus.pool', { always: true }),
  device: field(3, string, '?AllocatedDeviceStatus.device', { always: true }),
  shareID: field(7, string, '?AllocatedDeviceStatus.shareID', { explicit: true }),
  conditions: field(4, list(Condition, { listType: 'map', keys: ['type'] }), '?AllocatedDeviceStatus.conditions', { written: true }),
  data: field(5, rawExtension, '?AllocatedDeviceStatus.data'),
  networkData: field(6, NetworkDeviceData, '?AllocatedDeviceStatus.networkData'),
}) {}

export class ResourceClaimStatus extends struct({
  allocation: field(1, AllocationResult, '?ResourceClaimStatus.allocation'),
  reservedFor: field(
    2,
    list(ResourceClaimConsumerReference, { listType: 'map', keys: ['uid'], patchKey: 'uid', patchStrategy: 'merge' }),
    '?ResourceClaimStatus.reservedFor',
  ),
  devices: field(
    4,
    list(AllocatedDeviceStatus, { listType: 'map', keys: ['driver', 'device', 'pool', 'shareID'] }),
    '?ResourceClaimStatus.devices',
  ),
}) {}

export class ResourceClaim extends kind({
  plural: 'resourceclaims',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimSpec, '?ResourceClaim.spec', { always: true }),
    status: field(3, ResourceClaimStatus, '?ResourceClaim.status', { written: true }),
  },
  subresources: { status: true },
}) {}
