/** ReplicationController: keeps a number of equal pods running; ReplicaSet is its successor. */
import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { labelsText } from '#kinds/meta/selecting.ts'
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodTemplateSpec } from './pod-template-spec.ts'
import { checkController } from './replication-controller/rules.ts'

export class ReplicationControllerCondition extends struct({
  type: field(1, known('ReplicaFailure'), 'Type.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'Status.', { always: true }),
  lastTransitionTime: field(3, time, 'Last transition time.'),
  reason: field(4, string, 'Reason.'),
  message: field(5, string, 'Message.'),
}) {}

export class ReplicationControllerSpec extends struct({
  replicas: field(1, int32, 'Replicas.', { explicit: true, default: 1 }),
  minReadySeconds: field(4, int32, 'Min ready seconds.'),
  selector: field(2, map(string, { atomic: true }), 'Selector.'),
  template: field(3, PodTemplateSpec, 'Template.'),
}) {}

export class ReplicationControllerStatus extends struct({
  replicas: field(1, int32, 'Replicas.', { always: true }),
  fullyLabeledReplicas: field(2, int32, 'Fully labeled replicas.'),
  readyReplicas: field(4, int32, 'Ready replicas.'),
  availableReplicas: field(5, int32, 'Available replicas.'),
  observedGeneration: field(3, int64, 'Observed generation.'),
  conditions: field(
    6,
    list(ReplicationControllerCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Conditions.',
  ),
}) {}

export class ReplicationController extends kind({
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
  fields: {
    spec: field(2, ReplicationControllerSpec, 'Spec.', { written: true }),
    status: field(3, ReplicationControllerStatus, 'Status.', { written: true }),
  },
  columns: {
    Desired: { type: 'integer', cell: ({ spec }) => spec.replicas },
    Current: { type: 'integer', cell: ({ status }) => status.replicas },
    Ready: { type: 'integer', cell: ({ status }) => status.readyReplicas ?? 0 },
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
    Selector: { wide: true, cell: ({ spec }) => labelsText(spec.selector) },
  },
  selectable: { 'status.replicas': ({ status }) => String(status.replicas) },
  // A controller that does not say which pods are its own means those that it makes.
  fill: ({ metadata, spec }) => {
    const labels = spec?.template?.metadata?.labels ?? {}
    if (Object.keys(labels).length === 0) return
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels }
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
  },
  onCreate: next => {
    next.status = { replicas: 0 }
  },
  validate: ({ spec }, at) => checkController(spec, at.key('spec')),
}) {}
