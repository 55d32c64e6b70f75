/** Where a pod wants to run, relative to nodes and other pods. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkAffinityTerm, checkSpread } from './affinity-rules.ts'
import { struct } from './group.ts'
import { NodeSelector, PreferredSchedulingTerm } from './node-selector.ts'
import { isWeight } from './node-selector-rules.ts'

export class NodeAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(1, NodeSelector, 'Required during scheduling ignored during execution.'),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(PreferredSchedulingTerm, { listType: 'atomic' }),
    'Preferred during scheduling ignored during execution.',
  ),
}) {}

export class PodAffinityTerm extends struct(
  {
    labelSelector: field(1, LabelSelector, 'Label selector.'),
    namespaces: field(2, list(string, { listType: 'atomic' }), 'Namespaces.'),
    topologyKey: field(3, string, 'Topology key.', { always: true }),
    namespaceSelector: field(4, LabelSelector, 'Namespace selector.'),
    matchLabelKeys: field(5, list(string, { listType: 'atomic' }), 'Match label keys.'),
    mismatchLabelKeys: field(6, list(string, { listType: 'atomic' }), 'Mismatch label keys.'),
  },
  { validate: checkAffinityTerm },
) {}

export class WeightedPodAffinityTerm extends struct({
  weight: field(1, int32, 'Weight.', { always: true, check: isWeight }),
  podAffinityTerm: field(2, PodAffinityTerm, 'Pod affinity term.', { always: true }),
}) {}

export class PodAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    list(PodAffinityTerm, { listType: 'atomic' }),
    'Required during scheduling ignored during execution.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(WeightedPodAffinityTerm, { listType: 'atomic' }),
    'Preferred during scheduling ignored during execution.',
  ),
}) {}

export class PodAntiAffinity extends struct({
  requiredDuringSchedulingIgnoredDuringExecution: field(
    1,
    list(PodAffinityTerm, { listType: 'atomic' }),
    'Required during scheduling ignored during execution.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: field(
    2,
    list(WeightedPodAffinityTerm, { listType: 'atomic' }),
    'Preferred during scheduling ignored during execution.',
  ),
}) {}

export class Affinity extends struct({
  nodeAffinity: field(1, NodeAffinity, 'Node affinity.'),
  podAffinity: field(2, PodAffinity, 'Pod affinity.'),
  podAntiAffinity: field(3, PodAntiAffinity, 'Pod anti affinity.'),
}) {}

export class TopologySpreadConstraint extends struct(
  {
    maxSkew: field(1, int32, 'Max skew.', { always: true }),
    topologyKey: field(2, string, 'Topology key.', { required: true }),
    whenUnsatisfiable: field(3, oneOf('DoNotSchedule', 'ScheduleAnyway'), 'When unsatisfiable.', { required: true }),
    labelSelector: field(4, LabelSelector, 'Label selector.'),
    minDomains: field(5, int32, 'Min domains.', { explicit: true }),
    nodeAffinityPolicy: field(6, oneOf('Honor', 'Ignore'), 'Node affinity policy.', { explicit: true }),
    nodeTaintsPolicy: field(7, oneOf('Honor', 'Ignore'), 'Node taints policy.', { explicit: true }),
    matchLabelKeys: field(8, list(string, { listType: 'atomic' }), 'Match label keys.'),
  },
  { validate: checkSpread },
) {}
