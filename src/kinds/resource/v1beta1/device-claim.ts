/** DeviceClaim: ?file resource/v1beta1/device-claim. */
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CapacityRequirements, DeviceClaimConfiguration, DeviceConstraint, DeviceSelector, DeviceToleration } from './again.ts'
import { struct } from './group.ts'

export class DeviceSubRequest extends struct({
  name: field(1, string, '?DeviceSubRequest.name', { required: true }),
  deviceClassName: field(2, string, '?DeviceSubRequest.deviceClassName', { required: true }),
  selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), '?DeviceSubRequest.selectors'),
  allocationMode: field(4, oneOf('ExactCount', 'All'), '?DeviceSubRequest.allocationMode'),
  count: field(5, int64, '?DeviceSubRequest.count'),
  tolerations: field(7, list(DeviceToleration, { listType: 'atomic' }), '?DeviceSubRequest.tolerations'),
  capacity: field(8, CapacityRequirements, '?DeviceSubRequest.capacity'),
}) {}

export class DeviceRequest extends struct({
  name: field(1, string, '?DeviceRequest.name', { required: true }),
  deviceClassName: field(2, string, '?DeviceRequest.deviceClassName', { written: true }),
  selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), '?DeviceRequest.selectors'),
  allocationMode: field(4, oneOf('ExactCount', 'All'), '?DeviceRequest.allocationMode'),
  count: field(5, int64, '?DeviceRequest.count'),
  adminAccess: field(6, bool, '?DeviceRequest.adminAccess', { explicit: true }),
  firstAvailable: field(7, list(DeviceSubRequest, { listType: 'atomic' }), '?DeviceRequest.firstAvailable'),
  tolerations: field(8, list(DeviceToleration, { listType: 'atomic' }), '?DeviceRequest.tolerations'),
  capacity: field(9, CapacityRequirements, '?DeviceRequest.capacity'),
}) {}

export class DeviceClaim extends struct({
  requests: field(1, list(DeviceRequest, { listType: 'atomic' }), '?DeviceClaim.requests', { written: true }),
  constraints: field(2, list(DeviceConstraint, { listType: 'atomic' }), '?DeviceClaim.constraints'),
  config: field(3, list(DeviceClaimConfiguration, { listType: 'atomic' }), '?DeviceClaim.config'),
}) {}
