/** Workload: ?file scheduling/v1alpha2/workload. */
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './policy.ts'

export class TypedLocalObjectReference extends struct({
  apiGroup: field(1, string, '?TypedLocalObjectReference.apiGroup'),
  kind: field(2, string, '?TypedLocalObjectReference.kind', { required: true }),
  name: field(3, string, '?TypedLocalObjectReference.name', { required: true }),
}) {}

export class PodGroupTemplate extends struct({
  name: field(1, string, '?PodGroupTemplate.name', { required: true }),
  schedulingPolicy: field(2, PodGroupSchedulingPolicy, '?PodGroupTemplate.schedulingPolicy', { always: true }),
  schedulingConstraints: field(3, PodGroupSchedulingConstraints, '?PodGroupTemplate.schedulingConstraints'),
  resourceClaims: field(
    4,
    list(PodGroupResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    '?PodGroupTemplate.resourceClaims',
  ),
  disruptionMode: field(5, oneOf('Pod', 'PodGroup'), '?PodGroupTemplate.disruptionMode', { explicit: true }),
  priorityClassName: field(6, string, '?PodGroupTemplate.priorityClassName'),
  priority: field(7, int32, '?PodGroupTemplate.priority', { explicit: true }),
}) {}

export class WorkloadSpec extends struct({
  controllerRef: field(1, TypedLocalObjectReference, '?WorkloadSpec.controllerRef'),
  podGroupTemplates: field(2, list(PodGroupTemplate, { listType: 'map', keys: ['name'] }), '?WorkloadSpec.podGroupTemplates', {
    required: true,
  }),
}) {}

export class Workload extends kind({
  plural: 'workloads',
  scope: 'Namespaced',
  fields: {
    spec: field(2, WorkloadSpec, '?Workload.spec', { always: true }),
  },
}) {}
