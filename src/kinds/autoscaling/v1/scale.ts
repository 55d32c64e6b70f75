/** Scale: how many replicas something has, whatever it is. */
import { age } from '#kinds/columns.ts'
import { int32, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ScaleSpec extends struct({
  replicas: field(1, int32, 'How many are wanted.', { default: 0, minimum: 0 }),
}) {}

export class ScaleStatus extends struct({
  replicas: field(1, int32, 'How many there are.', { always: true }),
  selector: field(2, string, 'Selector of the pods that are counted, as text.'),
}) {}

export class Scale extends kind({
  plural: 'scales',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, ScaleSpec, 'What is wanted.', { written: true }),
    status: field(3, ScaleStatus, 'What was last observed.', { written: true }),
  },
  columns: {
    Desired: { type: 'integer', cell: ({ spec }) => spec.replicas },
    Available: { type: 'integer', cell: ({ status }) => status.replicas },
    Age: age,
  },
}) {}
