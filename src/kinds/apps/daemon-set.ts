/** DaemonSet: one pod on every suitable node. */

import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { podWarnings } from '#kinds/core/pod/warnings.ts'
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { checkAtMostAll, checkIntOrPercent, isNone } from '#kinds/int-or-percent.ts'
import { internalForm } from '#kinds/internal-form.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { labelsText, selectorText } from '#kinds/meta/selecting.ts'
import { isEqual } from '#schema/json-value.ts'
import { int32, int64, intOrString, known, string, time } from '#schema/scalars.ts'
import { type Draft, field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkNotDecremented, checkTemplate } from './template-rules.ts'

export class RollingUpdateDaemonSet extends struct(
  {
    maxUnavailable: field(1, intOrString, 'On how many nodes the pod may be missing meanwhile, as a number or a percentage.', {
      explicit: true,
      default: 1,
    }),
    maxSurge: field(2, intOrString, 'On how many nodes old and new pod may run side by side, as a number or a percentage.', {
      explicit: true,
      default: 0,
    }),
  },
  {
    validate: ({ maxUnavailable, maxSurge }, at) => {
      checkIntOrPercent(maxUnavailable, at.key('maxUnavailable'))
      checkAtMostAll(maxUnavailable, at.key('maxUnavailable'))
      checkIntOrPercent(maxSurge, at.key('maxSurge'))
      checkAtMostAll(maxSurge, at.key('maxSurge'))
      if (!isNone(maxUnavailable) && !isNone(maxSurge))
        at.key('maxSurge').invalid(maxSurge, 'may not be set when maxUnavailable is non-zero')
      if (isNone(maxUnavailable) && isNone(maxSurge)) at.key('maxUnavailable').required('cannot be 0 when maxSurge is 0')
    },
  },
) {}

const STRATEGIES = ['RollingUpdate', 'OnDelete'] as const

export class DaemonSetUpdateStrategy extends struct(
  {
    type: field(1, known(...STRATEGIES), 'Whether pods are replaced one after the other or only when somebody deletes them.', {
      default: 'RollingUpdate',
    }),
    rollingUpdate: field(2, RollingUpdateDaemonSet, 'The pace, when the type is RollingUpdate.'),
  },
  {
    fill: draft => {
      if (draft.type === 'RollingUpdate') draft.rollingUpdate ??= { maxUnavailable: 1, maxSurge: 0 }
    },
    validate: ({ type, rollingUpdate }, at) => {
      const pace = rollingUpdate && internalForm(rollingUpdate, ['maxUnavailable', 'maxSurge'])
      if (!(STRATEGIES as readonly string[]).includes(type))
        at.unsupported(internalForm({ type, rollingUpdate: pace }, ['type', 'rollingUpdate']), STRATEGIES)
    },
  },
) {}

export class DaemonSetSpec extends struct(
  {
    selector: field(1, LabelSelector, "The pods that belong here; must match the template's labels.", {
      explicit: true,
      required: true,
      immutable: true,
    }),
    template: field(2, PodTemplateSpec, 'The pod to run.', { always: true }),
    updateStrategy: field(3, DaemonSetUpdateStrategy, 'How a new template is rolled out.', { written: true }),
    minReadySeconds: field(4, int32, 'How long a pod must be ready before it counts as available, in seconds.', { minimum: 0 }),
    revisionHistoryLimit: field(6, int32, 'How many old versions are kept for rollbacks.', { explicit: true, default: 10, minimum: 0 }),
  },
  {
    validate: (spec, at) => {
      checkTemplate(spec, at, 'empty selector is invalid for daemonset')
      if (spec.template.spec.activeDeadlineSeconds !== undefined)
        at.key('template').key('spec').key('activeDeadlineSeconds').forbidden('activeDeadlineSeconds in DaemonSet is not Supported')
    },
  },
) {}

export class DaemonSetCondition extends struct({
  type: field(1, string, 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class DaemonSetStatus extends struct(
  {
    currentNumberScheduled: field(1, int32, 'Nodes that run the pod and should.', { always: true, minimum: 0 }),
    numberMisscheduled: field(2, int32, 'Nodes that run the pod and should not.', { always: true, minimum: 0 }),
    desiredNumberScheduled: field(3, int32, 'Nodes that should run the pod.', { always: true, minimum: 0 }),
    numberReady: field(4, int32, 'Nodes that should run the pod and have a ready one.', { always: true, minimum: 0 }),
    observedGeneration: field(5, int64, 'The generation of the object that the rest describes.', { minimum: 0 }),
    updatedNumberScheduled: field(6, int32, 'Nodes that run the current template.', { minimum: 0 }),
    numberAvailable: field(7, int32, 'Nodes that should run the pod and have an available one.', { minimum: 0 }),
    numberUnavailable: field(8, int32, 'Nodes that should run the pod and have no available one.', { minimum: 0 }),
    collisionCount: field(9, int32, 'How often a name from a hash was taken already.', { explicit: true, minimum: 0 }),
    conditions: field(
      10,
      list(DaemonSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Findings about the present state.',
    ),
  },
  {
    validate: (status, at, before) => checkNotDecremented(status.collisionCount, before?.collisionCount, at.key('collisionCount')),
  },
) {}

/** How many templates there have been, which clients of old versions look for. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'
const templateGeneration = ({ metadata }: { readonly metadata: ObjectMeta }) => Number(metadata.annotations?.[TEMPLATE_GENERATION]) || 1
function countTemplates(draft: Draft<{ readonly metadata: ObjectMeta }>, generation: number): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(generation) }
}

export class DaemonSet extends kind({
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, DaemonSetSpec, 'What is wanted.', { written: true }),
    status: field(3, DaemonSetStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  onCreate: draft => countTemplates(draft, templateGeneration(draft)),
  onUpdate: (draft, before) =>
    countTemplates(draft, templateGeneration(before) + (isEqual(draft.spec.template, before.spec.template) ? 0 : 1)),
  warnings: ({ spec }) => podWarnings(spec.template, 'spec.template.'),
  columns: {
    Desired: { type: 'integer', cell: ({ status }) => status.desiredNumberScheduled },
    Current: { type: 'integer', cell: ({ status }) => status.currentNumberScheduled },
    Ready: { type: 'integer', cell: ({ status }) => status.numberReady },
    'Up-to-date': { type: 'integer', cell: ({ status }) => status.updatedNumberScheduled ?? 0 },
    Available: { type: 'integer', cell: ({ status }) => status.numberAvailable ?? 0 },
    'Node Selector': ({ spec }) => labelsText(spec.template.spec.nodeSelector),
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
    Selector: { wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  },
}) {}
