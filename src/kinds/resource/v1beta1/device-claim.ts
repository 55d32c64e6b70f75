/** DeviceClaim: which devices a claim wants, with each request in one piece. */
import { checkAmount } from '#kinds/resource/claim-rules.ts'
import { DeviceClaim as DeviceClaimV1, DeviceSubRequest as DeviceSubRequestV1 } from '#kinds/resource/device-claim.ts'
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CapacityRequirements, DeviceSelector, DeviceToleration } from './again.ts'
import { fieldsAgain, struct } from './group.ts'

export class DeviceSubRequest extends struct(
  {
    ...fieldsAgain(DeviceSubRequestV1),
    tolerations: field(7, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
    capacity: field(8, CapacityRequirements, 'How much of a shared device is wanted.'),
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
    name: field(1, string, 'Name of the request within the claim.', { required: true }),
    deviceClassName: field(2, string, 'The class from which devices are taken.', { written: true }),
    selectors: field(3, list(DeviceSelector, { listType: 'atomic' }), 'Conditions that each device must meet.'),
    allocationMode: field(4, oneOf('ExactCount', 'All'), 'Whether a number of devices is wanted or all that fit.'),
    count: field(5, int64, 'How many devices are wanted.'),
    adminAccess: field(6, bool, 'Access for supervision, even to devices that others use.', { explicit: true }),
    firstAvailable: field(7, list(DeviceSubRequest, { listType: 'atomic' }), 'Alternatives, best first.'),
    tolerations: field(8, list(DeviceToleration, { listType: 'atomic' }), 'Taints of devices that are put up with.'),
    capacity: field(9, CapacityRequirements, 'How much of a shared device is wanted.'),
  },
  {
    fill: draft => {
      if (!draft.deviceClassName) return
      draft.allocationMode ??= 'ExactCount'
      if (draft.allocationMode === 'ExactCount') draft.count ||= 1
    },
  },
) {}

export class DeviceClaim extends struct({
  ...fieldsAgain(DeviceClaimV1),
  requests: field(1, list(DeviceRequest, { listType: 'atomic' }), 'The devices that are wanted.', { written: true }),
}) {}
