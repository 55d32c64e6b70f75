/** DeviceClaim: which devices a claim wants, with each request in one piece. */
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CapacityRequirements, DeviceClaimConfiguration, DeviceConstraint, DeviceSelector, DeviceToleration } from './again.ts'
import { struct } from './group.ts'

export class DeviceSubRequest extends struct({
  name: field(1, string, 'Name of the request within the claim.', { required: true }),
  deviceClassName: field(2, string, 'The class from which devices are taken.', { required: true }),
  selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device must meet.'),
  allocationMode: field(4, oneOf('ExactCount', 'All'), 'Whether a number of devices is wanted or all that fit.'),
  count: field(5, int64, 'How many devices are wanted.'),
  tolerations: field(7, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
  capacity: field(8, CapacityRequirements, 'How much of a shared device is wanted.'),
}) {}

export class DeviceRequest extends struct({
  name: field(1, string, 'Name of the request within the claim.', { required: true }),
  deviceClassName: field(2, string, 'The class from which devices are taken.', { written: true }),
  selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device must meet.'),
  allocationMode: field(4, oneOf('ExactCount', 'All'), 'Whether a number of devices is wanted or all that fit.'),
  count: field(5, int64, 'How many devices are wanted.'),
  adminAccess: field(6, bool, 'Access for supervision, even to devices that others use.', { explicit: true }),
  firstAvailable: field(7, list(DeviceSubRequest, { listType: 'atomic' }), 'Alternatives, best first.'),
  tolerations: field(8, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
  capacity: field(9, CapacityRequirements, 'How much of a shared device is wanted.'),
}) {}

export class DeviceClaim extends struct({
  requests: field(1, list(DeviceRequest, { listType: 'atomic' }), 'The devices that are wanted.', { written: true }),
  constraints: field(2, list(DeviceConstraint, { listType: 'atomic' }), 'What must hold among the devices together.'),
  config: field(3, list(DeviceClaimConfiguration, { listType: 'atomic' }), 'Configuration for the drivers.'),
}) {}
