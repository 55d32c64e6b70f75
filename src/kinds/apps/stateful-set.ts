/** StatefulSet: ?file apps/stateful-set. */
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateStatefulSetStrategy extends struct({
  partition: field(1, int32, '?RollingUpdateStatefulSetStrategy.partition', { explicit: true }),
  maxUnavailable: field(2, intOrString, '?RollingUpdateStatefulSetStrategy.maxUnavailable', { explicit: true }),
}) {}

export class StatefulSetUpdateStrategy extends struct({
  type: field(1, oneOf('RollingUpdate', 'OnDelete'), '?StatefulSetUpdateStrategy.type'),
  rollingUpdate: field(2, RollingUpdateStatefulSetStrategy, '?StatefulSetUpdateStrategy.rollingUpdate'),
}) {}

export class StatefulSetPersistentVolumeClaimRetentionPolicy extends struct({
  whenDeleted: field(1, oneOf('Retain', 'Delete'), '?StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted'),
  whenScaled: field(2, oneOf('Retain', 'Delete'), '?StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled'),
}) {}

export class StatefulSetOrdinals extends struct({
  start: field(1, int32, '?StatefulSetOrdinals.start', { written: true }),
}) {}

export class StatefulSetSpec extends struct({
  replicas: field(1, int32, '?StatefulSetSpec.replicas', { explicit: true }),
  selector: field(2, LabelSelector, '?StatefulSetSpec.selector', { required: true }),
  template: field(3, PodTemplateSpec, '?StatefulSetSpec.template', { always: true }),
  volumeClaimTemplates: field(4, list(PersistentVolumeClaim, { listType: 'atomic' }), '?StatefulSetSpec.volumeClaimTemplates'),
  serviceName: field(5, string, '?StatefulSetSpec.serviceName', { written: true }),
  podManagementPolicy: field(6, oneOf('OrderedReady', 'Parallel'), '?StatefulSetSpec.podManagementPolicy'),
  updateStrategy: field(7, StatefulSetUpdateStrategy, '?StatefulSetSpec.updateStrategy', { written: true }),
  revisionHistoryLimit: field(8, int32, '?StatefulSetSpec.revisionHistoryLimit', { explicit: true }),
  minReadySeconds: field(9, int32, '?StatefulSetSpec.minReadySeconds'),
  persistentVolumeClaimRetentionPolicy: field(
    10,
    StatefulSetPersistentVolumeClaimRetentionPolicy,
    '?StatefulSetSpec.persistentVolumeClaimRetentionPolicy',
  ),
  ordinals: field(11, StatefulSetOrdinals, '?StatefulSetSpec.ordinals'),
}) {}

export class StatefulSetCondition extends struct({
  type: field(1, string, '?StatefulSetCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?StatefulSetCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?StatefulSetCondition.lastTransitionTime'),
  reason: field(4, string, '?StatefulSetCondition.reason'),
  message: field(5, string, '?StatefulSetCondition.message'),
}) {}

export class StatefulSetStatus extends struct({
  observedGeneration: field(1, int64, '?StatefulSetStatus.observedGeneration'),
  replicas: field(2, int32, '?StatefulSetStatus.replicas', { always: true }),
  readyReplicas: field(3, int32, '?StatefulSetStatus.readyReplicas'),
  currentReplicas: field(4, int32, '?StatefulSetStatus.currentReplicas'),
  updatedReplicas: field(5, int32, '?StatefulSetStatus.updatedReplicas'),
  currentRevision: field(6, string, '?StatefulSetStatus.currentRevision'),
  updateRevision: field(7, string, '?StatefulSetStatus.updateRevision'),
  collisionCount: field(9, int32, '?StatefulSetStatus.collisionCount', { explicit: true }),
  conditions: field(
    10,
    list(StatefulSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?StatefulSetStatus.conditions',
  ),
  availableReplicas: field(11, int32, '?StatefulSetStatus.availableReplicas', { written: true }),
}) {}

export class StatefulSet extends kind({
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, StatefulSetSpec, '?StatefulSet.spec', { written: true }),
    status: field(3, StatefulSetStatus, '?StatefulSet.status', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
}) {}
