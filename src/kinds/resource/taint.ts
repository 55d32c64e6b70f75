/** DeviceTaint: reasons to avoid a device, and to use it nevertheless. */
import { int64, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class DeviceToleration extends struct({
  key: field(1, string, "The taint's key; empty with Exists means any."),
  operator: field(2, oneOf('Exists', 'Equal'), 'Whether the value must be equal or is irrelevant.', { default: 'Equal' }),
  value: field(3, string, "The taint's value."),
  effect: field(4, oneOf('None', 'NoSchedule', 'NoExecute'), "The taint's effect; empty means any."),
  tolerationSeconds: field(5, int64, 'How long a NoExecute taint is put up with, in seconds.', { explicit: true }),
}) {}

export class DeviceTaint extends struct({
  key: field(1, string, "The taint's key.", { required: true }),
  value: field(2, string, "The taint's value."),
  effect: field(3, oneOf('None', 'NoSchedule', 'NoExecute'), 'What happens to pods that do not tolerate it.', { required: true }),
  timeAdded: field(4, time, 'When the taint was added.'),
}) {}

/** Empty parts of a toleration mean any. Upstream: resourceclaim, ToleratesTaint. */
export function tolerates({ key, operator, value = '', effect }: DeviceToleration, taint: DeviceTaint): boolean {
  if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false
  return operator === 'Exists' || value === (taint.value ?? '')
}
