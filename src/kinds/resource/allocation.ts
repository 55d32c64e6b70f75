/** AllocationResult: the devices that a claim got. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, oneOf, quantity, string, time } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { struct } from './group.ts'
import { DeviceToleration } from './taint.ts'

export class DeviceRequestAllocationResult extends struct({
  request: field(1, string, 'The request that is met.', { always: true }),
  driver: field(2, string, 'The driver of the device.', { always: true }),
  pool: field(3, string, 'The pool of the device.', { always: true }),
  device: field(4, string, "The device's name in its pool.", { always: true }),
  adminAccess: field(5, bool, 'Whether it is access for supervision.', { explicit: true }),
  tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), 'Tolerations of the request, kept for later.'),
  bindingConditions: field(7, list(string, { listType: 'atomic' }), 'Conditions that must become true before the pod is bound.'),
  bindingFailureConditions: field(8, list(string, { listType: 'atomic' }), 'Conditions that undo the allocation.'),
  shareID: field(9, string, 'Which share of a shared device it is.', { explicit: true }),
  consumedCapacity: field(10, map(quantity), 'How much of each capacity is used.'),
}) {}

export class DeviceAllocationConfiguration extends struct({
  source: field(1, oneOf('FromClass', 'FromClaim'), 'Whether it comes from the class or the claim.', { required: true }),
  requests: field(2, list(string, { listType: 'atomic' }), 'The requests to which it applies; none means all.'),
  ...inline(3, DeviceConfiguration),
}) {}

export class DeviceAllocationResult extends struct({
  results: field(1, list(DeviceRequestAllocationResult, { listType: 'atomic' }), 'The chosen devices.'),
  config: field(2, list(DeviceAllocationConfiguration, { listType: 'atomic' }), 'Configuration for the drivers.'),
}) {}

export class AllocationResult extends struct({
  devices: field(1, DeviceAllocationResult, 'The chosen devices.', { written: true }),
  nodeSelector: field(3, NodeSelector, 'On which nodes the devices can be used; absent means anywhere.'),
  allocationTimestamp: field(5, time, 'When the devices were chosen.'),
}) {}
