/** PriorityClass: a name for how important a pod is. */
import { age } from '#kinds/columns.ts'
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkPriorityClass } from './system-classes.ts'

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
      default: 'PreemptLowerPriority',
    }),
  },
  validate: (priorityClass, at, before) => {
    checkPriorityClass(priorityClass, at)
    for (const name of ['value', 'preemptionPolicy'] as const)
      if (before && before[name] !== priorityClass[name]) at.key(name).forbidden('may not be changed in an update.')
  },
  columns: {
    Value: { type: 'integer', cell: ({ value }) => value },
    'Global-Default': { type: 'boolean', cell: ({ globalDefault }) => globalDefault ?? false },
    Age: age,
    PreemptionPolicy: ({ preemptionPolicy }) => preemptionPolicy,
  },
}) {}
