/** DeviceClaim: which devices a claim wants. */
import { isDns1123Label, isDns1123Subdomain } from '#kinds/meta/names.ts'
import { bool, int64, oneOf, quantity, string } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { checkAmount, checkClaim, checkRequest } from './claim-rules.ts'
import { DeviceConfiguration } from './device-configuration.ts'
import { DeviceSelector } from './device-selector.ts'
import { struct } from './group.ts'
import { DeviceToleration } from './taint.ts'

export class CapacityRequirements extends struct({
  requests: field(1, map(quantity), 'How much of each capacity is asked for.'),
}) {}

export class ExactDeviceRequest extends struct(
  {
    deviceClassName: field(1, string, 'The class from which devices are taken.', { required: true, check: isDns1123Subdomain }),
    selectors: field(2, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device must meet.'),
    allocationMode: field(3, oneOf('ExactCount', 'All'), 'Whether a number of devices is wanted or all that fit.', {
      default: 'ExactCount',
    }),
    count: field(4, int64, 'How many devices are wanted.'),
    adminAccess: field(5, bool, 'Access for supervision, even to devices that others use.', { explicit: true }),
    tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
    capacity: field(7, CapacityRequirements, 'How much of a shared device is wanted.'),
  },
  {
    fill: draft => {
      if (draft.allocationMode === 'ExactCount') draft.count ||= 1
    },
    validate: checkAmount,
  },
) {}

export class DeviceSubRequest extends struct(
  {
    name: field(1, string, 'Name of the request within the claim.', { required: true, check: isDns1123Label }),
    deviceClassName: field(2, string, 'The class from which devices are taken.', { required: true, check: isDns1123Subdomain }),
    selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device must meet.'),
    allocationMode: field(4, oneOf('ExactCount', 'All'), 'Whether a number of devices is wanted or all that fit.', {
      default: 'ExactCount',
    }),
    count: field(5, int64, 'How many devices are wanted.'),
    tolerations: field(6, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
    capacity: field(7, CapacityRequirements, 'How much of a shared device is wanted.'),
  },
  {
    fill: draft => {
      if (draft.allocationMode === 'ExactCount') draft.count ||= 1
    },
    validate: checkAmount,
  },
) {}

export class DeviceRequest extends struct(
  {
    name: field(1, string, 'Name of the request within the claim.', { required: true, check: isDns1123Label }),
    exactly: field(2, ExactDeviceRequest, 'The one kind of device that is wanted.'),
    firstAvailable: field(3, list(DeviceSubRequest, { listType: 'atomic' }), 'Alternatives, best first.'),
  },
  { validate: checkRequest },
) {}

export class DeviceConstraint extends struct({
  requests: field(1, list(string, { listType: 'atomic' }), 'The requests that are meant; none means all.'),
  matchAttribute: field(2, string, 'An attribute in which all devices must agree.', { explicit: true }),
  distinctAttribute: field(3, string, 'An attribute in which all devices must differ.', { explicit: true }),
}) {}

export class DeviceClaimConfiguration extends struct({
  requests: field(1, list(string, { listType: 'atomic' }), 'The requests to which the configuration applies; none means all.'),
  ...inline(2, DeviceConfiguration),
}) {}

export class DeviceClaim extends struct(
  {
    requests: field(1, list(DeviceRequest, { listType: 'atomic' }), 'The devices that are wanted.', { written: true }),
    constraints: field(2, list(DeviceConstraint, { listType: 'atomic' }), 'What must hold among the devices together.'),
    config: field(3, list(DeviceClaimConfiguration, { listType: 'atomic' }), 'Configuration for the drivers.'),
  },
  { validate: checkClaim },
) {}
