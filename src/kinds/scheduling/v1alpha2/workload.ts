/** Workload: the groups of pods of which a workload consists. */
import { isDns1123Label } from '#kinds/meta/names.ts'
import { int32, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy } from './policy.ts'

export class TypedLocalObjectReference extends struct({
  apiGroup: field(1, string, 'API group of the object; empty for core.'),
  kind: field(2, string, 'Kind of the object.', { required: true }),
  name: field(3, string, 'Name of the object.', { required: true }),
}) {}

export class PodGroupTemplate extends struct({
  name: field(1, string, 'Name of the template within the workload.', { required: true, check: isDns1123Label }),
  schedulingPolicy: field(2, PodGroupSchedulingPolicy, 'Whether pods are placed singly or as a gang.', { always: true }),
  schedulingConstraints: field(3, PodGroupSchedulingConstraints, 'Where the pods may stand relative to each other.'),
  resourceClaims: field(
    4,
    list(PodGroupResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
    'Devices that the pods of the group share.',
  ),
  disruptionMode: field(5, oneOf('Pod', 'PodGroup'), 'Whether pods are pushed out singly or as a whole group.', { explicit: true }),
  priorityClassName: field(6, string, 'The priority class of the group.'),
  priority: field(7, int32, 'The priority of the group; filled in from its class.', { explicit: true }),
}) {}

export class WorkloadSpec extends struct(
  {
    controllerRef: field(1, TypedLocalObjectReference, 'The object, such as a Job, for which the workload was made.', { immutable: true }),
    podGroupTemplates: field(
      2,
      list(PodGroupTemplate, { listType: 'map', keys: ['name'], unique: true }),
      'The groups of pods of which the workload consists.',
      {
        required: true,
        immutable: true,
      },
    ),
  },
  {
    validate: ({ podGroupTemplates }, at) => {
      if ((podGroupTemplates ?? []).length > TEMPLATES_MAX) at.key('podGroupTemplates').tooMany(podGroupTemplates.length, TEMPLATES_MAX)
    },
  },
) {}

export class Workload extends kind({
  plural: 'workloads',
  scope: 'Namespaced',
  fields: {
    spec: field(2, WorkloadSpec, 'What is wanted.', { always: true }),
  },
}) {}

/** KEP-4671: so that one workload stays small. */
const TEMPLATES_MAX = 8
