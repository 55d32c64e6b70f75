/** DaemonSet: ?file apps/daemon-set. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateDaemonSet extends struct({
  maxUnavailable: field(1, intOrString, '?RollingUpdateDaemonSet.maxUnavailable', { explicit: true }),
  maxSurge: field(2, intOrString, '?RollingUpdateDaemonSet.maxSurge', { explicit: true }),
}) {}

export class DaemonSetUpdateStrategy extends struct({
  type: field(1, oneOf('RollingUpdate', 'OnDelete'), '?DaemonSetUpdateStrategy.type'),
  rollingUpdate: field(2, RollingUpdateDaemonSet, '?DaemonSetUpdateStrategy.rollingUpdate'),
}) {}

export class DaemonSetSpec extends struct({
  selector: field(1, LabelSelector, '?DaemonSetSpec.selector', { required: true }),
  template: field(2, PodTemplateSpec, '?DaemonSetSpec.template', { always: true }),
  updateStrategy: field(3, DaemonSetUpdateStrategy, '?DaemonSetSpec.updateStrategy', { written: true }),
  minReadySeconds: field(4, int32, '?DaemonSetSpec.minReadySeconds'),
  revisionHistoryLimit: field(6, int32, '?DaemonSetSpec.revisionHistoryLimit', { explicit: true }),
}) {}

export class DaemonSetCondition extends struct({
  type: field(1, string, '?DaemonSetCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?DaemonSetCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?DaemonSetCondition.lastTransitionTime'),
  reason: field(4, string, '?DaemonSetCondition.reason'),
  message: field(5, string, '?DaemonSetCondition.message'),
}) {}

export class DaemonSetStatus extends struct({
  currentNumberScheduled: field(1, int32, '?DaemonSetStatus.currentNumberScheduled', { always: true }),
  numberMisscheduled: field(2, int32, '?DaemonSetStatus.numberMisscheduled', { always: true }),
  desiredNumberScheduled: field(3, int32, '?DaemonSetStatus.desiredNumberScheduled', { always: true }),
  numberReady: field(4, int32, '?DaemonSetStatus.numberReady', { always: true }),
  observedGeneration: field(5, int64, '?DaemonSetStatus.observedGeneration'),
  updatedNumberScheduled: field(6, int32, '?DaemonSetStatus.updatedNumberScheduled'),
  numberAvailable: field(7, int32, '?DaemonSetStatus.numberAvailable'),
  numberUnavailable: field(8, int32, '?DaemonSetStatus.numberUnavailable'),
  collisionCount: field(9, int32, '?DaemonSetStatus.collisionCount', { explicit: true }),
  conditions: field(
    10,
    list(DaemonSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?DaemonSetStatus.conditions',
  ),
}) {}

export class DaemonSet extends kind({
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, DaemonSetSpec, '?DaemonSet.spec', { written: true }),
    status: field(3, DaemonSetStatus, '?DaemonSet.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
