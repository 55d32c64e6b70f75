/** Condition: one aspect of the state of an object. */
import { int64, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Condition extends struct({
  type: field(1, string, 'Type.', { required: true }),
  status: field(2, oneOf('True', 'False', 'Unknown'), 'Status.', { required: true }),
  observedGeneration: field(3, int64, 'Observed generation.'),
  lastTransitionTime: field(4, time, 'Last transition time.', { always: true }),
  reason: field(5, string, 'Reason.', { required: true }),
  message: field(6, string, 'Message.', { always: true }),
}) {}
