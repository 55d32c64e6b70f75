/** PodGroupResourceClaim: how the pods of a group are placed together. */
import { isDns1123Label, isQualifiedName } from '#kinds/meta/names.ts'
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class BasicSchedulingPolicy extends struct({}) {}

export class GangSchedulingPolicy extends struct({
  minCount: field(1, int32, 'How many pods must be placed together for any of them to be placed.', { always: true, minimum: 1 }),
}) {}

export class PodGroupSchedulingPolicy extends struct(
  {
    basic: field(1, BasicSchedulingPolicy, 'Pods are placed one by one, as ever.'),
    gang: field(2, GangSchedulingPolicy, 'Pods are placed all together or not at all.'),
  },
  { oneOf: { members: ['basic', 'gang'], required: true } },
) {}

export class TopologyConstraint extends struct({
  key: field(1, string, 'The node label whose value must be the same for all pods of the group.', {
    required: true,
    check: isQualifiedName,
  }),
}) {}

export class PodGroupSchedulingConstraints extends struct({
  topology: field(1, list(TopologyConstraint, { listType: 'atomic' }), 'In which topology domain the pods have to stand together.'),
}) {}

export class PodGroupResourceClaim extends struct(
  {
    name: field(1, string, 'Name of the claim within the group.', { required: true, check: isDns1123Label }),
    resourceClaimName: field(2, string, 'An existing claim in the same namespace, shared by the group.', { explicit: true }),
    resourceClaimTemplateName: field(3, string, 'A template from which a claim for the whole group is made.', { explicit: true }),
  },
  { oneOf: { members: ['resourceClaimName', 'resourceClaimTemplateName'], required: true } },
) {}
