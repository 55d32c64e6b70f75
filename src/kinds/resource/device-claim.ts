/** DeviceClaim: ?file resource/device-claim. */
import { bool, int64, oneOf, quantity, string } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { DeviceSelector } from './device-selector.ts'
import { struct } from './group.ts'
import { DeviceToleration } from './taint.ts'

export class CapacityRequirements extends struct({
  requests: field(1, map(quantity), '?CapacityRequirements.requests'),
}) {}

export class ExactDeviceRequest extends struct({
  deviceClassName: field(1, string, '?ExactDeviceRequest.deviceClassName', { required: true }),
  selectors: field(2, list(DeviceSelector, { listType: 'atomic' }), '?ExactDeviceRequest.selectors'),
  allocationMode: field(3, oneOf('ExactCount', 'All'), '?ExactDeviceRequest.allocationMode'),
  count: field(4, int64, '?ExactDeviceRequest.count'),
  adminAccess: field(5, bool, '?ExactDeviceRequest.adminAccess', { explicit: true }),
  tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), '?ExactDeviceRequest.tolerations'),
  capacity: field(7, CapacityRequirements, '?ExactDeviceRequest.capacity'),
}) {}

export class DeviceSubRequest extends struct({
  name: field(1, string, '?DeviceSubRequest.name', { required: true }),
  deviceClassName: field(2, string, '?DeviceSubRequest.deviceClassName', { required: true }),
  selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), '?DeviceSubRequest.selectors'),
  allocationMode: field(4, oneOf('ExactCount', 'All'), '?DeviceSubRequest.allocationMode'),
  count: field(5, int64, '?DeviceSubRequest.count'),
  tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), '?DeviceSubRequest.tolerations'),
  capacity: field(7, CapacityRequirements, '?DeviceSubRequest.capacity'),
}) {}

export class DeviceRequest extends struct({
  name: field(1, string, '?DeviceRequest.name', { required: true }),
  exactly: field(2, ExactDeviceRequest, '?DeviceRequest.exactly'),
  firstAvailable: field(3, list(DeviceSubRequest, { listType: 'atomic' }), '?DeviceRequest.firstAvailable'),
}) {}

export class DeviceConstraint extends struct({
  requests: field(1, list(string, { listType: 'atomic' }), '?DeviceConstraint.requests'),
  matchAttribute: field(2, string, '?DeviceConstraint.matchAttribute', { explicit: true }),
  distinctAttribute: field(3, string, '?DeviceConstraint.distinctAttribute', { explicit: true }),
}) {}

export class DeviceClaimConfiguration extends struct({
  requests: field(1, list(string, { listType: 'atomic' }), '?DeviceClaimConfiguration.requests'),
  ...inline(2, DeviceConfiguration),
}) {}

export class DeviceClaim extends struct({
  requests: field(1, list(DeviceRequest, { listType: 'atomic' }), '?DeviceClaim.requests', { written: true }),
  constraints: field(2, list(DeviceConstraint, { listType: 'atomic' }), '?DeviceClaim.constraints'),
  config: field(3, list(DeviceClaimConfiguration, { listType: 'atomic' }), '?DeviceClaim.config'),
}) {}
