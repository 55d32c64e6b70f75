/** PodDisruptionBudget: how many pods of a set may be evicted at a time. */
import { age } from '#kinds/columns.ts'
import { checkAtMostAll, checkIntOrPercent } from '#kinds/int-or-percent.ts'
import { internalForm } from '#kinds/internal-form.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, oneOf, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PodDisruptionBudgetSpec extends struct(
  {
    minAvailable: field(1, intOrString, 'How many pods must stay, as a number or a percentage.', { explicit: true }),
    selector: field(2, LabelSelector, 'The pods that are meant.', { patchStrategy: 'replace' }),
    maxUnavailable: field(3, intOrString, 'How many pods may be missing, as a number or a percentage.', { explicit: true }),
    unhealthyPodEvictionPolicy: field(
      4,
      oneOf('AlwaysAllow', 'IfHealthyBudget'),
      'Whether pods that are not ready may be evicted although the budget is used up.',
      {
        explicit: true,
      },
    ),
  },
  {
    validate: (spec, at) => {
      if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
        at.invalid(
          internalForm(spec, ['minAvailable', 'selector', 'maxUnavailable', 'unhealthyPodEvictionPolicy']),
          'minAvailable and maxUnavailable cannot be both set',
        )
      for (const name of ['minAvailable', 'maxUnavailable'] as const) {
        checkIntOrPercent(spec[name], at.key(name))
        checkAtMostAll(spec[name], at.key(name))
      }
    },
  },
) {}

export class PodDisruptionBudgetStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.'),
  disruptedPods: field(2, map(time), 'Pods whose eviction was granted and not yet seen, and when.'),
  disruptionsAllowed: field(3, int32, 'How many pods may be evicted now.', { written: true, minimum: 0 }),
  currentHealthy: field(4, int32, 'Pods that are healthy.', { written: true, minimum: 0 }),
  desiredHealthy: field(5, int32, 'Pods that must be healthy.', { written: true, minimum: 0 }),
  expectedPods: field(6, int32, 'Pods that the budget counts.', { written: true, minimum: 0 }),
  conditions: field(
    7,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class PodDisruptionBudget extends kind({
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodDisruptionBudgetSpec, 'What is wanted.', { written: true }),
    status: field(3, PodDisruptionBudgetStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  columns: {
    'Min Available': ({ spec }) => String(spec.minAvailable ?? 'N/A'),
    'Max Unavailable': ({ spec }) => String(spec.maxUnavailable ?? 'N/A'),
    'Allowed Disruptions': { type: 'integer', cell: ({ status }) => status.disruptionsAllowed },
    Age: age,
  },
}) {}
