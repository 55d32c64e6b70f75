/** Condition: one aspect of the state of an object. */
import { int64, oneOf, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Condition extends struct({
  type: field(1, string, 'What the condition is about, in CamelCase.', { required: true }),
  status: field(2, oneOf('True', 'False', 'Unknown'), 'True, False or Unknown.', { required: true }),
  observedGeneration: field(3, int64, 'The generation of the object that this was observed at.'),
  lastTransitionTime: field(4, time, 'When the status last changed.', { always: true }),
  reason: field(5, string, 'One word in CamelCase, for machines, saying why.', { required: true }),
  message: field(6, string, 'A sentence for people.', { always: true }),
}) {}
