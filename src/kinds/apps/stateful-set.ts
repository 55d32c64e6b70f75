/** StatefulSet: pods with lasting names, numbers and volumes. */

import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { podWarnings } from '#kinds/core/pod/warnings.ts'
import { checkAtMostAll, checkIntOrPercent, isNone } from '#kinds/int-or-percent.ts'
import { internalForm } from '#kinds/internal-form.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import { int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkClaimed, PodTemplateSpec } from './claimed-template.ts'
import { kind, struct } from './group.ts'
import { checkCounts, checkNotDecremented, checkTemplate } from './template-rules.ts'

export class RollingUpdateStatefulSetStrategy extends struct(
  {
    partition: field(1, int32, 'Pods below this number keep their revision.', { explicit: true, default: 0, minimum: 0 }),
    maxUnavailable: field(2, intOrString, 'How many pods may be missing meanwhile, as a number or a percentage; one when absent.', {
      explicit: true,
    }),
  },
  {
    validate: ({ maxUnavailable }, at) => {
      if (maxUnavailable === undefined) return
      checkIntOrPercent(maxUnavailable, at.key('maxUnavailable'))
      if (isNone(maxUnavailable)) at.key('maxUnavailable').invalid(maxUnavailable, 'cannot be 0')
      checkAtMostAll(maxUnavailable, at.key('maxUnavailable'))
    },
  },
) {}

export class StatefulSetUpdateStrategy extends struct(
  {
    type: field(
      1,
      known('RollingUpdate', 'OnDelete'),
      'Whether pods are replaced one after the other or only when somebody deletes them.',
      { default: 'RollingUpdate' },
    ),
    rollingUpdate: field(2, RollingUpdateStatefulSetStrategy, 'The pace, when the type is RollingUpdate.'),
  },
  {
    validate: ({ type, rollingUpdate }, at) => {
      const pace = rollingUpdate && internalForm(rollingUpdate, ['partition', 'maxUnavailable'])
      if (type === 'OnDelete') {
        if (pace) at.key('rollingUpdate').invalid(pace, "only allowed for updateStrategy 'RollingUpdate'")
      } else if (type !== 'RollingUpdate')
        at.invalid(internalForm({ type, rollingUpdate: pace }, ['type', 'rollingUpdate']), "must be 'RollingUpdate' or 'OnDelete'")
    },
  },
) {}

export class StatefulSetPersistentVolumeClaimRetentionPolicy extends struct({
  whenDeleted: field(1, oneOf('Retain', 'Delete'), 'What happens to the claims when the StatefulSet is deleted.', { default: 'Retain' }),
  whenScaled: field(2, oneOf('Retain', 'Delete'), 'What happens to the claims of pods beyond the wanted number.', { default: 'Retain' }),
}) {}

export class StatefulSetOrdinals extends struct({
  start: field(1, int32, 'Number of the first pod.', { written: true, minimum: 0 }),
}) {}

export class StatefulSetSpec extends struct(
  {
    replicas: field(1, int32, 'How many pods are wanted.', { explicit: true, default: 1, minimum: 0 }),
    selector: field(2, LabelSelector, "The pods that belong here; must match the template's labels.", { explicit: true, required: true }),
    template: field(3, PodTemplateSpec, 'The pod to run.', { always: true }),
    volumeClaimTemplates: field(4, list(PersistentVolumeClaim, { listType: 'atomic' }), 'Claims that each pod gets for its own.'),
    serviceName: field(5, string, 'The service that gives the pods their DNS names.', { written: true }),
    podManagementPolicy: field(6, known('OrderedReady', 'Parallel'), 'Whether pods start and stop one after the other or all at once.', {
      default: 'OrderedReady',
    }),
    updateStrategy: field(7, StatefulSetUpdateStrategy, 'How a new template is rolled out.', { written: true }),
    revisionHistoryLimit: field(8, int32, 'How many old versions are kept for rollbacks.', { explicit: true, default: 10, minimum: 0 }),
    minReadySeconds: field(9, int32, 'How long a pod must be ready before it counts as available, in seconds.', { minimum: 0 }),
    persistentVolumeClaimRetentionPolicy: field(
      10,
      StatefulSetPersistentVolumeClaimRetentionPolicy,
      'What happens to the claims of pods that go.',
      { default: { whenDeleted: 'Retain', whenScaled: 'Retain' } },
    ),
    ordinals: field(11, StatefulSetOrdinals, 'How the pods are numbered.'),
  },
  {
    fill: ({ updateStrategy, volumeClaimTemplates = [] }) => {
      // Claims inside say what they are, as upstream's conversion has it.
      for (const claim of volumeClaimTemplates) Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' })
      if (!updateStrategy.type) updateStrategy.rollingUpdate ??= { partition: 0 }
    },
    validate: (spec, at) => {
      checkTemplate(spec, at, 'empty selector is invalid for statefulset')
      if (!['OrderedReady', 'Parallel'].includes(spec.podManagementPolicy))
        at.key('podManagementPolicy').invalid(spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")
      checkClaimed(spec.template, spec.volumeClaimTemplates ?? [], at.key('template'))
      if (spec.template.spec.activeDeadlineSeconds !== undefined)
        at.key('template').key('spec').key('activeDeadlineSeconds').forbidden('activeDeadlineSeconds in StatefulSet is not Supported')
    },
  },
) {}

export class StatefulSetCondition extends struct({
  type: field(1, string, 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class StatefulSetStatus extends struct(
  {
    observedGeneration: field(1, int64, 'The generation of the object that the rest describes.', { minimum: 0 }),
    replicas: field(2, int32, 'Pods that exist.', { always: true, minimum: 0 }),
    readyReplicas: field(3, int32, 'Pods that are ready.', { minimum: 0 }),
    currentReplicas: field(4, int32, 'Pods that run the current revision.', { minimum: 0 }),
    updatedReplicas: field(5, int32, 'Pods that run the current template.', { minimum: 0 }),
    currentRevision: field(6, string, 'The revision that the first pods run.'),
    updateRevision: field(7, string, 'The revision that the last pods run.'),
    collisionCount: field(9, int32, 'How often a name from a hash was taken already.', { explicit: true, minimum: 0 }),
    conditions: field(
      10,
      list(StatefulSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Findings about the present state.',
    ),
    availableReplicas: field(11, int32, 'Pods that have been ready for minReadySeconds.', { written: true, minimum: 0 }),
  },
  {
    validate: (status, at, before) => {
      checkCounts(status, at, [
        ['readyReplicas', 'replicas', 'status.replicas'],
        ['currentReplicas', 'replicas', 'status.replicas'],
        ['updatedReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'readyReplicas', 'status.readyReplicas'],
      ])
      checkNotDecremented(status.collisionCount, before?.collisionCount, at.key('collisionCount'))
    },
  },
) {}

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
  validate: (set, at, before) => {
    // Names from before this was asked for stay as they are: they cannot be changed.
    const { serviceName } = set.spec
    const wrong = before || !serviceName ? undefined : isDns1123Label(serviceName)
    if (wrong) at.key('spec').key('serviceName').invalid(serviceName, wrong)
    if (before && !isEqual(fixedParts(set.spec), fixedParts(before.spec)))
      at.key('spec').forbidden(
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
      )
  },
  warnings: ({ spec }) => podWarnings(spec.template, 'spec.template.'),
  columns: {
    Ready: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
  },
}) {}

/** What may never change. */
const fixedParts = ({
  replicas: _replicas,
  ordinals: _ordinals,
  template: _template,
  updateStrategy: _updateStrategy,
  revisionHistoryLimit: _revisionHistoryLimit,
  persistentVolumeClaimRetentionPolicy: _persistentVolumeClaimRetentionPolicy,
  minReadySeconds: _minReadySeconds,
  ...fixed
}: StatefulSetSpec) => fixed
