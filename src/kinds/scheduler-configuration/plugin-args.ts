/** What plugins of the scheduler can be told. */
import { NodeAffinity, TopologySpreadConstraint } from '#kinds/core/affinity.ts'
import { bool, int32, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list, type Path } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

/** Upstream's bounds for weights and utilizations, and of scores in shapes. */
const WEIGHT_MAX = 100
const SHAPE_SCORE_MAX = 10

class ResourceSpec extends struct({
  name: field(1, string, 'Name of the resource.', { required: true }),
  weight: field(2, int64, 'How much it counts, from 1 to 100.', { default: 1, minimum: 1, maximum: WEIGHT_MAX }),
}) {}
class UtilizationShapePoint extends struct({
  utilization: field(1, int32, 'Use, in percent.', { always: true, minimum: 0, maximum: 100 }),
  score: field(2, int32, 'How good that is, from 0 to 10.', { always: true, minimum: 0, maximum: SHAPE_SCORE_MAX }),
}) {}
class RequestedToCapacityRatioParam extends struct({
  shape: field(1, list(UtilizationShapePoint), 'Points of the function from use to score, in the order of their use.'),
}) {}
export class ScoringStrategy extends struct(
  {
    type: field(1, oneOf('LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'), 'How resources are compared.', {
      default: 'LeastAllocated',
    }),
    resources: field(2, list(ResourceSpec), 'The resources that count, with their weights.'),
    requestedToCapacityRatio: field(3, RequestedToCapacityRatioParam, 'For the strategy of that name.'),
  },
  {
    fill: draft => {
      if (!draft.resources?.length)
        draft.resources = [
          { name: 'cpu', weight: 1 },
          { name: 'memory', weight: 1 },
        ]
    },
    validate: (strategy, at) => {
      if (strategy.type !== 'RequestedToCapacityRatio') return
      const shape = strategy.requestedToCapacityRatio?.shape ?? []
      const place = at.key('requestedToCapacityRatio').key('shape')
      if (shape.length === 0) place.required('at least one point must be specified')
      for (const [i, { utilization }] of shape.entries())
        if (i > 0 && utilization <= (shape[i - 1]?.utilization as number))
          place.index(i).key('utilization').invalid(utilization, 'utilization values must be sorted in increasing order')
    },
  },
) {}

export class NodeResourcesFitArgs extends struct({
  ignoredResources: field(
    1,
    list(string),
    'Resources, other than those of Kubernetes itself, that are not looked at when nodes are ruled out.',
  ),
  ignoredResourceGroups: field(2, list(string), 'Likewise all resources of these groups, like "example.com".'),
  scoringStrategy: field(3, ScoringStrategy, 'How nodes that fit are compared.', { default: {} }),
}) {}
export class NodeResourcesBalancedAllocationArgs extends struct({
  resources: field(1, list(ResourceSpec), 'The resources that are to be used to the same degree.', {
    default: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ],
  }),
}) {}
export class InterPodAffinityArgs extends struct({
  hardPodAffinityWeight: field(1, int32, 'What a required affinity of a pod that is there counts for when it meets the new pod.', {
    default: 1,
    explicit: true,
    minimum: 0,
    maximum: WEIGHT_MAX,
  }),
  ignorePreferredTermsOfExistingPods: field(2, bool, 'Whether what pods that are there prefer says nothing to pods without affinity.'),
}) {}
export class NodeAffinityArgs extends struct({
  addedAffinity: field(1, NodeAffinity, 'Holds for all pods, beside their own.'),
}) {}
export class PodTopologySpreadArgs extends struct(
  {
    defaultConstraints: field(
      1,
      list(TopologySpreadConstraint),
      'For pods that have none; their selector is that of their services and controllers.',
    ),
    defaultingType: field(2, oneOf('System', 'List'), 'Whether those, or the ones that are built in.', { default: 'System' }),
  },
  {
    validate: ({ defaultConstraints = [], defaultingType }, at) => {
      const place = at.key('defaultConstraints')
      if (defaultingType === 'System' && defaultConstraints.length > 0)
        place.invalid(defaultConstraints.length, 'when .defaultingType is "System", there can be none; set it to "List"')
      for (const [i, { labelSelector }] of defaultConstraints.entries())
        if (labelSelector)
          place.index(i).key('labelSelector').forbidden('constraint must not define a selector, as it is deduced for each pod')
      noneTwice(defaultConstraints, place)
    },
  },
) {}
function noneTwice(constraints: readonly { readonly topologyKey: string; readonly whenUnsatisfiable: string }[], at: Path): void {
  const seen = new Set<string>()
  for (const [i, { topologyKey, whenUnsatisfiable }] of constraints.entries()) {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`
    if (seen.has(pair)) at.index(i).duplicate(pair)
    seen.add(pair)
  }
}

/** By the name of the plugin. */
export const pluginArgs = {
  NodeResourcesFit: NodeResourcesFitArgs,
  NodeResourcesBalancedAllocation: NodeResourcesBalancedAllocationArgs,
  InterPodAffinity: InterPodAffinityArgs,
  NodeAffinity: NodeAffinityArgs,
  PodTopologySpread: PodTopologySpreadArgs,
} as const
