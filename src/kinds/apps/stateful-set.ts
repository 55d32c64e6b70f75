/** StatefulSet: pods with lasting names, numbers and volumes */
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateStatefulSetStrategy extends struct({
  partition: field(1, int32, 'Pods below this number keep their revision.', { explicit: true }),
  maxUnavailable: field(2, intOrString, 'How many pods may be missing meanwhile, as a number or a percentage.', { explicit: true }),
}) {}

export class StatefulSetUpdateStrategy extends struct({
  type: field(1, oneOf('RollingUpdate', 'OnDelete'), 'Whether pods are replaced one after the other or only when somebody deletes them.'),
  rollingUpdate: field(2, RollingUpdateStatefulSetStrategy, 'The pace, when the type is RollingUpdate.'),
}) {}

export class StatefulSetPersistentVolumeClaimRetentionPolicy extends struct({
  whenDeleted: field(1, oneOf('Retain', 'Delete'), 'What happens to the claims when the StatefulSet is deleted.'),
  whenScaled: field(2, oneOf('Retain', 'Delete'), 'What happens to the claims of pods beyond the wanted number.'),
}) {}

export class StatefulSetOrdinals extends struct({
  start: field(1, int32, 'Number of the first pod.', { written: true }),
}) {}

export class StatefulSetSpec extends struct({
  replicas: field(1, int32, 'How many pods are wanted.', { explicit: true }),
  selector: field(2, LabelSelector, "The pods that belong here; must match the template's labels.", { required: true }),
  template: field(3, PodTemplateSpec, 'The pod to run.', { always: true }),
  volumeClaimTemplates: field(4, list(PersistentVolumeClaim, { listType: 'atomic' }), 'Claims that each pod gets for its own.'),
  serviceName: field(5, string, 'The service that gives the pods their DNS names.', { written: true }),
  podManagementPolicy: field(6, oneOf('OrderedReady', 'Parallel'), 'Whether pods start and stop one after the other or all at once.'),
  updateStrategy: field(7, StatefulSetUpdateStrategy, 'How a new template is rolled out.', { written: true }),
  revisionHistoryLimit: field(8, int32, 'How many old versions are kept for rollbacks.', { explicit: true }),
  minReadySeconds: field(9, int32, 'How long a pod must be ready before it counts as available, in seconds.'),
  persistentVolumeClaimRetentionPolicy: field(
    10,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    'What happens to the claims of pods that go.',
  ),
  ordinals: field(11, StatefulSetOrdinals, 'How the pods are numbered.'),
}) {}

export class StatefulSetCondition extends struct({
  type: field(1, string, 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class StatefulSetStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.'),
  replicas: field(2, int32, 'Pods that exist.', { always: true }),
  readyReplicas: field(3, int32, 'Pods that are ready.'),
  currentReplicas: field(4, int32, 'Pods that run the current revision.'),
  updatedReplicas: field(5, int32, 'Pods that run the current template.'),
  currentRevision: field(6, string, 'The revision that the first pods run.'),
  updateRevision: field(7, string, 'The revision that the last pods run.'),
  collisionCount: field(9, int32, 'How often a name from a hash was taken already.', { explicit: true }),
  conditions: field(
    10,
    list(StatefulSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  availableReplicas: field(11, int32, 'Pods that have been ready for minReadySeconds.', { written: true }),
}) {}

export class StatefulSet extends kind({
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, StatefulSetSpec, 'What is wanted.', { written: true }),
    status: field(3, StatefulSetStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
}) {}
