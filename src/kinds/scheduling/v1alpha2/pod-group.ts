/** PodGroup: pods that are scheduled together. */
import { Condition } from '#kinds/meta/condition.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './policy.ts'

export class WorkloadPodGroupTemplateReference extends struct({
  workloadName: field(1, string, 'Name of the workload.', { required: true }),
  podGroupTemplateName: field(2, string, 'Name of the template within it.', { required: true }),
}) {}

export class PodGroupTemplateReference extends struct({
  workload: field(1, WorkloadPodGroupTemplateReference, 'A template within a Workload.'),
}) {}

export class PodGroupSpec extends struct({
  podGroupTemplateRef: field(1, PodGroupTemplateReference, 'The template from which the group was made.', { immutable: true }),
  schedulingPolicy: field(2, PodGroupSchedulingPolicy, 'Whether pods are placed singly or as a gang.', { always: true, immutable: true }),
  schedulingConstraints: field(3, PodGroupSchedulingConstraints, 'Where the pods may stand relative to each other.', { immutable: true }),
  resourceClaims: field(
    4,
    list(PodGroupResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    'Devices that the pods of the group share.',
    { immutable: true },
  ),
  disruptionMode: field(5, oneOf('Pod', 'PodGroup'), 'Whether pods are pushed out singly or as a whole group.', {
    explicit: true,
    default: 'Pod',
    immutable: true,
  }),
  priorityClassName: field(6, string, 'The priority class of the group.', { immutable: true }),
  priority: field(7, int32, 'The priority of the group; filled in from its class.', { explicit: true, immutable: true }),
}) {}

export class PodGroupResourceClaimStatus extends struct({
  name: field(1, string, 'Name of the claim within the group.', { always: true }),
  resourceClaimName: field(2, string, 'The claim that was made for it.', { explicit: true }),
}) {}

export class PodGroupStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  resourceClaimStatuses: field(
    2,
    list(PodGroupResourceClaimStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    'Which claims were made for the group.',
  ),
}) {}

export class PodGroup extends kind({
  plural: 'podgroups',
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodGroupSpec, 'What is wanted.', { always: true }),
    status: field(3, PodGroupStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
}) {}
