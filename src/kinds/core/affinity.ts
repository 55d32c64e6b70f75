/** Where a pod wants to run, relative to nodes and other pods. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkAffinityTerm, checkSpread } from './affinity-rules.ts'
import { struct } from './group.ts'
import { NodeSelector, PreferredSchedulingTerm } from './node-selector.ts'
import { isWeight } from './node-selector-rules.ts'

export class NodeAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    NodeSelector,
    'What must hold when the pod is placed; later changes do not evict it.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(PreferredSchedulingTerm, { listType: 'atomic' }),
    'What is sought when the pod is placed, by weight.',
  ),
}) {}

export class PodAffinityTerm extends struct(
  {
    labelSelector: field(1, LabelSelector, 'The pods that are meant.'),
    namespaces: field(
      2,
      list(string, { listType: 'atomic' }),
      "Namespaces of those pods; the pod's own when neither this nor a selector is given.",
    ),
    topologyKey: field(3, string, 'The node label whose values are the places: nodes with equal values are one place.', { always: true }),
    namespaceSelector: field(4, LabelSelector, 'Selects namespaces of those pods by label; an empty one means all.'),
    matchLabelKeys: field(5, list(string, { listType: 'atomic' }), 'Labels whose values in the pod itself join the selector (KEP-3633).'),
    mismatchLabelKeys: field(
      6,
      list(string, { listType: 'atomic' }),
      'Labels whose values in the pod itself are left out by the selector.',
    ),
  },
  { validate: checkAffinityTerm },
) {}

export class WeightedPodAffinityTerm extends struct({
  weight: field(1, int32, 'How much the preference counts, from 1 to 100.', { always: true, check: isWeight }),
  podAffinityTerm: field(2, PodAffinityTerm, 'Which pods to be near, or far from.', { always: true }),
}) {}

export class PodAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    list(PodAffinityTerm, { listType: 'atomic' }),
    'What must hold when the pod is placed; later changes do not evict it.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(WeightedPodAffinityTerm, { listType: 'atomic' }),
    'What is sought when the pod is placed, by weight.',
  ),
}) {}

export class PodAntiAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    list(PodAffinityTerm, { listType: 'atomic' }),
    'What must hold when the pod is placed; later changes do not evict it.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(WeightedPodAffinityTerm, { listType: 'atomic' }),
    'What is sought when the pod is placed, by weight.',
  ),
}) {}

export class Affinity extends struct({
  nodeAffinity: field(1, NodeAffinity, 'Which nodes the pod wants.'),
  podAffinity: field(2, PodAffinity, 'Which pods it wants to be near.'),
  podAntiAffinity: field(3, PodAntiAffinity, 'Which pods it wants to be far from.'),
}) {}

export class TopologySpreadConstraint extends struct(
  {
    maxSkew: field(1, int32, 'By how many pods any place may be ahead of the emptiest one.', { always: true }),
    topologyKey: field(2, string, 'The node label whose values are the places: nodes with equal values are one place.', { required: true }),
    whenUnsatisfiable: field(3, oneOf('DoNotSchedule', 'ScheduleAnyway'), 'Whether the pod waits, or goes where the skew is least.', {
      required: true,
    }),
    labelSelector: field(4, LabelSelector, 'The pods that are counted.'),
    minDomains: field(5, int32, 'The least number of places; as long as there are fewer, the emptiest counts as having none.', {
      explicit: true,
    }),
    nodeAffinityPolicy: field(6, oneOf('Honor', 'Ignore'), "Whether only nodes that the pod's own selectors allow are counted.", {
      explicit: true,
    }),
    nodeTaintsPolicy: field(7, oneOf('Honor', 'Ignore'), 'Whether only nodes whose taints the pod tolerates are counted.', {
      explicit: true,
    }),
    matchLabelKeys: field(8, list(string, { listType: 'atomic' }), 'Labels whose values in the pod itself join the selector (KEP-3633).'),
  },
  { validate: checkSpread },
) {}
