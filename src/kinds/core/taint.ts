/** Taints, by which nodes repel pods, and the tolerations that answer them. */
import { int64, known, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Taint extends struct({
  key: field(1, string, 'Key.', { required: true }),
  value: field(2, string, 'Value.'),
  effect: field(3, oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'), 'Effect.', { required: true }),
  timeAdded: field(4, time, 'Time added.'),
}) {}

export class Toleration extends struct({
  key: field(1, string, 'Key.'),
  operator: field(2, known('Exists', 'Equal', 'Lt', 'Gt'), 'Operator.'),
  value: field(3, string, 'Value.'),
  effect: field(4, oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'), 'Effect.'),
  tolerationSeconds: field(5, int64, 'Toleration seconds.', { explicit: true }),
}) {}
