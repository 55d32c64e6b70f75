/** ResourceClaim: devices for pods, wanted and allocated. */
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { AllocationResult } from './allocation.ts'
import { checkClaimStatus, dropGivenBack } from './claim-status-rules.ts'
import { stateOf } from './claim-state.ts'
import { DeviceClaim } from './device-claim.ts'
import { kind, struct } from './group.ts'

export class ResourceClaimSpec extends struct({
  devices: field(1, DeviceClaim, 'The devices that are wanted.', { written: true }),
}) {}

export class ResourceClaimConsumerReference extends struct({
  apiGroup: field(1, string, 'API group of the consumer; empty for core.'),
  resource: field(3, string, 'Resource of the consumer, such as pods.', { always: true }),
  name: field(4, string, 'Name of the consumer.', { always: true }),
  uid: field(5, string, 'UID of the consumer.', { always: true }),
}) {}

export class NetworkDeviceData extends struct({
  interfaceName: field(1, string, 'Name of the network interface.'),
  ips: field(2, list(string, { listType: 'atomic' }), 'Its addresses with prefix length.'),
  hardwareAddress: field(3, string, 'Its hardware address.'),
}) {}

export class AllocatedDeviceStatus extends struct({
  driver: field(1, string, 'The driver of the device.', { always: true }),
  pool: field(2, string, 'The pool of the device.', { always: true }),
  device: field(3, string, "The device's name in its pool.", { always: true }),
  shareID: field(7, string, 'Which share of a shared device it is.', { explicit: true }),
  conditions: field(4, list(Condition, { listType: 'map', keys: ['type'] }), 'Findings about the present state.', { written: true }),
  data: field(5, rawExtension, 'Whatever the driver wants to tell.'),
  networkData: field(6, NetworkDeviceData, 'What is known about a network device.'),
}) {}

export class ResourceClaimStatus extends struct({
  allocation: field(1, AllocationResult, 'The devices that were chosen; absent until then.'),
  reservedFor: field(
    2,
    list(ResourceClaimConsumerReference, { listType: 'map', keys: ['uid'], patchKey: 'uid', patchStrategy: 'merge' }),
    'Who may use the claim at present.',
  ),
  devices: field(
    4,
    list(AllocatedDeviceStatus, { listType: 'map', keys: ['driver', 'device', 'pool', 'shareID'] }),
    'What the drivers report about the devices.',
  ),
}) {}

export class ResourceClaim extends kind({
  plural: 'resourceclaims',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimSpec, 'What is wanted.', { always: true, immutable: true }),
    status: field(3, ResourceClaimStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  onUpdate: (next, before) => dropGivenBack(next, before),
  validateUpdate: (next, at, { before, occasion }) => {
    if (occasion.subresource === 'status') checkClaimStatus(next, at, before)
  },
  columns: { State: ({ metadata, status }) => stateOf(status, metadata.deletionTimestamp !== undefined), Age: age },
}) {}
