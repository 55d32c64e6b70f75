/** ReplicaSet: ?file apps/replica-set. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ReplicaSetSpec extends struct({
  replicas: field(1, int32, '?ReplicaSetSpec.replicas', { explicit: true }),
  minReadySeconds: field(4, int32, '?ReplicaSetSpec.minReadySeconds'),
  selector: field(2, LabelSelector, '?ReplicaSetSpec.selector', { required: true }),
  template: field(3, PodTemplateSpec, '?ReplicaSetSpec.template', { written: true }),
}) {}

export class ReplicaSetCondition extends struct({
  type: field(1, known('ReplicaFailure'), '?ReplicaSetCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?ReplicaSetCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?ReplicaSetCondition.lastTransitionTime'),
  reason: field(4, string, '?ReplicaSetCondition.reason'),
  message: field(5, string, '?ReplicaSetCondition.message'),
}) {}

export class ReplicaSetStatus extends struct({
  replicas: field(1, int32, '?ReplicaSetStatus.replicas', { always: true }),
  fullyLabeledReplicas: field(2, int32, '?ReplicaSetStatus.fullyLabeledReplicas'),
  readyReplicas: field(4, int32, '?ReplicaSetStatus.readyReplicas'),
  availableReplicas: field(5, int32, '?ReplicaSetStatus.availableReplicas'),
  terminatingReplicas: field(7, int32, '?ReplicaSetStatus.terminatingReplicas', { explicit: true }),
  observedGeneration: field(3, int64, '?ReplicaSetStatus.observedGeneration'),
  conditions: field(
    6,
    list(ReplicaSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?ReplicaSetStatus.conditions',
  ),
}) {}

export class ReplicaSet extends kind({
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, ReplicaSetSpec, '?ReplicaSet.spec', { written: true }),
    status: field(3, ReplicaSetStatus, '?ReplicaSet.status', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
}) {}
