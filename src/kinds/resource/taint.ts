/** DeviceTaint: ?file resource/taint. */
import { int64, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class DeviceToleration extends struct({
  key: field(1, string, '?DeviceToleration.key'),
  operator: field(2, oneOf('Exists', 'Equal'), '?DeviceToleration.operator', { default: 'Equal' }),
  value: field(3, string, '?DeviceToleration.value'),
  effect: field(4, oneOf('None', 'NoSchedule', 'NoExecute'), '?DeviceToleration.effect'),
  tolerationSeconds: field(5, int64, '?DeviceToleration.tolerationSeconds', { explicit: true }),
}) {}

export class DeviceTaint extends struct({
  key: field(1, string, '?DeviceTaint.key', { required: true }),
  value: field(2, string, '?DeviceTaint.value'),
  effect: field(3, oneOf('None', 'NoSchedule', 'NoExecute'), '?DeviceTaint.effect', { required: true }),
  timeAdded: field(4, time, '?DeviceTaint.timeAdded'),
}) {}
