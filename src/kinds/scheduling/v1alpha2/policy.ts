/** PodGroupResourceClaim: ?file scheduling/v1alpha2/policy. */
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class BasicSchedulingPolicy extends struct({}) {}

export class GangSchedulingPolicy extends struct({
  minCount: field(1, int32, '?GangSchedulingPolicy.minCount', { always: true }),
}) {}

export class PodGroupSchedulingPolicy extends struct({
  basic: field(1, BasicSchedulingPolicy, '?PodGroupSchedulingPolicy.basic'),
  gang: field(2, GangSchedulingPolicy, '?PodGroupSchedulingPolicy.gang'),
}) {}

export class TopologyConstraint extends struct({
  key: field(1, string, '?TopologyConstraint.key', { required: true }),
}) {}

export class PodGroupSchedulingConstraints extends struct({
  topology: field(1, list(TopologyConstraint, { listType: 'atomic' }), '?PodGroupSchedulingConstraints.topology'),
}) {}

export class PodGroupResourceClaim extends struct({
  name: field(1, string, '?PodGroupResourceClaim.name', { required: true }),
  resourceClaimName: field(2, string, '?PodGroupResourceClaim.resourceClaimName', { explicit: true }),
  resourceClaimTemplateName: field(3, string, '?PodGroupResourceClaim.resourceClaimTemplateName', { explicit: true }),
}) {}
