/** PriorityClass: ?file scheduling/priority-class. */
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class PriorityClass extends kind({
  plural: 'priorityclasses',
  shortNames: ['pc'],
  scope: 'Cluster',
  fields: {
    value: field(2, int32, '?PriorityClass.value', { written: true }),
    globalDefault: field(3, bool, '?PriorityClass.globalDefault'),
    description: field(4, string, '?PriorityClass.description'),
    preemptionPolicy: field(5, oneOf('PreemptLowerPriority', 'Never'), '?PriorityClass.preemptionPolicy', { explicit: true }),
  },
}) {}
