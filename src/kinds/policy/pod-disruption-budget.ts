/** PodDisruptionBudget: ?file policy/pod-disruption-budget. */
import { Condition } from '#kinds/meta/condition.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, oneOf, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PodDisruptionBudgetSpec extends struct({
  minAvailable: field(1, intOrString, '?PodDisruptionBudgetSpec.minAvailable', { explicit: true }),
  selector: field(2, LabelSelector, '?PodDisruptionBudgetSpec.selector', { patchStrategy: 'replace' }),
  maxUnavailable: field(3, intOrString, '?PodDisruptionBudgetSpec.maxUnavailable', { explicit: true }),
  unhealthyPodEvictionPolicy: field(4, oneOf('IfHealthyBudget', 'AlwaysAllow'), '?PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy', {
    explicit: true,
  }),
}) {}

export class PodDisruptionBudgetStatus extends struct({
  observedGeneration: field(1, int64, '?PodDisruptionBudgetStatus.observedGeneration'),
  disruptedPods: field(2, map(time), '?PodDisruptionBudgetStatus.disruptedPods'),
  disruptionsAllowed: field(3, int32, '?PodDisruptionBudgetStatus.disruptionsAllowed', { written: true }),
  currentHealthy: field(4, int32, '?PodDisruptionBudgetStatus.currentHealthy', { written: true }),
  desiredHealthy: field(5, int32, '?PodDisruptionBudgetStatus.desiredHealthy', { written: true }),
  expectedPods: field(6, int32, '?PodDisruptionBudgetStatus.expectedPods', { written: true }),
  conditions: field(
    7,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?PodDisruptionBudgetStatus.conditions',
  ),
}) {}

export class PodDisruptionBudget extends kind({
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodDisruptionBudgetSpec, '?PodDisruptionBudget.spec', { written: true }),
    status: field(3, PodDisruptionBudgetStatus, '?PodDisruptionBudget.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
