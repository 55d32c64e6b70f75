/** AllocationResult: ?file resource/allocation. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, oneOf, quantity, string, time } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { struct } from './group.ts'
import { DeviceToleration } from './taint.ts'

export class DeviceRequestAllocationResult extends struct({
  request: field(1, string, '?DeviceRequestAllocationResult.request', { always: true }),
  driver: field(2, string, '?DeviceRequestAllocationResult.driver', { always: true }),
  pool: field(3, string, '?DeviceRequestAllocationResult.pool', { always: true }),
  device: field(4, string, '?DeviceRequestAllocationResult.device', { always: true }),
  adminAccess: field(5, bool, '?DeviceRequestAllocationResult.adminAccess', { explicit: true }),
  tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), '?DeviceRequestAllocationResult.tolerations'),
  bindingConditions: field(7, list(string, { listType: 'atomic' }), '?DeviceRequestAllocationResult.bindingConditions'),
  bindingFailureConditions: field(8, list(string, { listType: 'atomic' }), '?DeviceRequestAllocationResult.bindingFailureConditions'),
  shareID: field(9, string, '?DeviceRequestAllocationResult.shareID', { explicit: true }),
  consumedCapacity: field(10, map(quantity), '?DeviceRequestAllocationResult.consumedCapacity'),
}) {}

export class DeviceAllocationConfiguration extends struct({
  source: field(1, oneOf('FromClass', 'FromClaim'), '?DeviceAllocationConfiguration.source', { required: true }),
  requests: field(2, list(string, { listType: 'atomic' }), '?DeviceAllocationConfiguration.requests'),
  ...inline(3, DeviceConfiguration),
}) {}

export class DeviceAllocationResult extends struct({
  results: field(1, list(DeviceRequestAllocationResult, { listType: 'atomic' }), '?DeviceAllocationResult.results'),
  config: field(2, list(DeviceAllocationConfiguration, { listType: 'atomic' }), '?DeviceAllocationResult.config'),
}) {}

export class AllocationResult extends struct({
  devices: field(1, DeviceAllocationResult, '?AllocationResult.devices', { written: true }),
  nodeSelector: field(3, NodeSelector, '?AllocationResult.nodeSelector'),
  allocationTimestamp: field(5, time, '?AllocationResult.allocationTimestamp'),
}) {}
