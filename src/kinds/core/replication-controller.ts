/** ReplicationController: keeps a number of equal pods running; ReplicaSet is its successor. */
import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { labelsText } from '#kinds/meta/selecting.ts'
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodTemplateSpec } from './pod-template-spec.ts'
import { checkController } from './replication-controller/rules.ts'

export class ReplicationControllerCondition extends struct({
  type: field(1, known('ReplicaFailure'), 'What the condition is about; only ReplicaFailure.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(5, string, 'A sentence for people.'),
}) {}

export class ReplicationControllerSpec extends struct({
  replicas: field(1, int32, 'How many pods are wanted.', { explicit: true, default: 1 }),
  minReadySeconds: field(4, int32, 'Seconds for which a pod must be ready before it counts as available.'),
  selector: field(2, map(string, { atomic: true }), 'Labels of the pods that belong here; those of the template when absent.'),
  template: field(3, PodTemplateSpec, 'The pod that is made when one is missing.'),
}) {}

export class ReplicationControllerStatus extends struct({
  replicas: field(1, int32, 'How many pods there are.', { always: true }),
  fullyLabeledReplicas: field(2, int32, 'Pods that have all labels of the template.'),
  readyReplicas: field(4, int32, 'Pods that are ready.'),
  availableReplicas: field(5, int32, 'Pods that have been ready for long enough.'),
  observedGeneration: field(3, int64, 'The generation of the object that this was observed at.'),
  conditions: field(
    6,
    list(ReplicationControllerCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'What is known about single aspects of the object, one entry per type.',
  ),
}) {}

export class ReplicationController extends kind({
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
  orphansByDefault: true,
  fields: {
    spec: field(2, ReplicationControllerSpec, 'What is wanted.', { written: true }),
    status: field(3, ReplicationControllerStatus, 'What is observed.', { written: true }),
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
