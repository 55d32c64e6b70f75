/** PriorityClass: a name for how important a pod is. */
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class PriorityClass extends kind({
  plural: 'priorityclasses',
  shortNames: ['pc'],
  scope: 'Cluster',
  fields: {
    value: field(2, int32, 'The priority that pods of this class get; higher comes first.', { written: true }),
    globalDefault: field(3, bool, 'Whether pods that name no class get this one; at most one class should say so.'),
    description: field(4, string, 'When to use the class, in words.'),
    preemptionPolicy: field(5, oneOf('PreemptLowerPriority', 'Never'), 'Whether pods of this class may push out pods of lower priority.', {
      explicit: true,
    }),
  },
}) {}
