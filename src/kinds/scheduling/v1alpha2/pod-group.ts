/** PodGroup: ?file scheduling/v1alpha2/pod-group. */
import { Condition } from '#kinds/meta/condition.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './policy.ts'

export class WorkloadPodGroupTemplateReference extends struct({
  workloadName: field(1, string, '?WorkloadPodGroupTemplateReference.workloadName', { required: true }),
  podGroupTemplateName: field(2, string, '?WorkloadPodGroupTemplateReference.podGroupTemplateName', { required: true }),
}) {}

export class PodGroupTemplateReference extends struct({
  workload: field(1, WorkloadPodGroupTemplateReference, '?PodGroupTemplateReference.workload'),
}) {}

export class PodGroupSpec extends struct({
  podGroupTemplateRef: field(1, PodGroupTemplateReference, '?PodGroupSpec.podGroupTemplateRef'),
  schedulingPolicy: field(2, PodGroupSchedulingPolicy, '?PodGroupSpec.schedulingPolicy', { always: true }),
  schedulingConstraints: field(3, PodGroupSchedulingConstraints, '?PodGroupSpec.schedulingConstraints'),
  resourceClaims: field(
    4,
    list(PodGroupResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    '?PodGroupSpec.resourceClaims',
  ),
  disruptionMode: field(5, oneOf('Pod', 'PodGroup'), '?PodGroupSpec.disruptionMode', { explicit: true, default: 'Pod' }),
  priorityClassName: field(6, string, '?PodGroupSpec.priorityClassName'),
  priority: field(7, int32, '?PodGroupSpec.priority', { explicit: true }),
}) {}

export class PodGroupResourceClaimStatus extends struct({
  name: field(1, string, '?PodGroupResourceClaimStatus.name', { always: true }),
  resourceClaimName: field(2, string, '?PodGroupResourceClaimStatus.resourceClaimName', { explicit: true }),
}) {}

export class PodGroupStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?PodGroupStatus.conditions',
  ),
  resourceClaimStatuses: field(
    2,
    list(PodGroupResourceClaimStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    '?PodGroupStatus.resourceClaimStatuses',
  ),
}) {}

export class PodGroup extends kind({
  plural: 'podgroups',
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodGroupSpec, '?PodGroup.spec', { always: true }),
    status: field(3, PodGroupStatus, '?PodGroup.status', { written: true }),
  },
  subresources: { status: true },
}) {}
