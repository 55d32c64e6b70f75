/** ReplicaSet: a chosen number of identical pods. */

import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { nameWarnings, podWarnings } from '#kinds/core/pod/warnings.ts'
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkCounts, checkTemplate } from './template-rules.ts'

export class ReplicaSetSpec extends struct(
  {
    replicas: field(1, int32, 'How many pods are wanted.', { explicit: true, default: 1, minimum: 0 }),
    minReadySeconds: field(4, int32, 'How long a pod must be ready before it counts as available, in seconds.', { minimum: 0 }),
    selector: field(2, LabelSelector, "The pods that belong here; must match the template's labels.", {
      explicit: true,
      required: true,
      immutable: true,
    }),
    template: field(3, PodTemplateSpec, 'The pod to run.', { written: true }),
  },
  {
    validate: (spec, at) => {
      checkTemplate(spec, at, 'empty selector is invalid for deployment')
      if (spec.template.spec.activeDeadlineSeconds !== undefined)
        at.key('template').key('spec').key('activeDeadlineSeconds').forbidden('activeDeadlineSeconds in ReplicaSet is not Supported')
    },
  },
) {}

export class ReplicaSetCondition extends struct({
  type: field(1, known('ReplicaFailure'), 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class ReplicaSetStatus extends struct(
  {
    replicas: field(1, int32, 'Pods that exist.', { always: true, minimum: 0 }),
    fullyLabeledReplicas: field(2, int32, 'Pods that carry all labels of the template.', { minimum: 0 }),
    readyReplicas: field(4, int32, 'Pods that are ready.', { minimum: 0 }),
    availableReplicas: field(5, int32, 'Pods that have been ready for minReadySeconds.', { minimum: 0 }),
    terminatingReplicas: field(7, int32, 'Pods that are going away.', { explicit: true, minimum: 0 }),
    observedGeneration: field(3, int64, 'The generation of the object that the rest describes.', { minimum: 0 }),
    conditions: field(
      6,
      list(ReplicaSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Findings about the present state.',
    ),
  },
  {
    validate: (status, at) =>
      checkCounts(status, at, [
        ['fullyLabeledReplicas', 'replicas', 'status.replicas'],
        ['readyReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'readyReplicas', 'readyReplicas'],
      ]),
  },
) {}

export class ReplicaSet extends kind({
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, ReplicaSetSpec, 'What is wanted.', { written: true }),
    status: field(3, ReplicaSetStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
  selectable: { 'status.replicas': ({ status }) => String(status.replicas) },
  warnings: (next, before) => [...(before ? [] : nameWarnings(next)), ...podWarnings(next.spec.template, 'spec.template.')],
  columns: {
    Desired: { type: 'integer', cell: ({ spec }) => spec.replicas },
    Current: { type: 'integer', cell: ({ status }) => status.replicas },
    Ready: { type: 'integer', cell: ({ status }) => status.readyReplicas ?? 0 },
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
    Selector: { wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  },
}) {}
