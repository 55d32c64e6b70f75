/** Deployment: a chosen number of identical pods, and how they get from one version to the next. */

import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { nameWarnings, podWarnings } from '#kinds/core/pod/warnings.ts'
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { checkAtMostAll, checkIntOrPercent, isNone } from '#kinds/int-or-percent.ts'
import { internalForm } from '#kinds/internal-form.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
import { bool, int32, int64, intOrString, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkCounts, checkNotDecremented, checkTemplate } from './template-rules.ts'

export class RollingUpdateDeployment extends struct(
  {
    maxUnavailable: field(1, intOrString, 'How many of the wanted pods may be missing meanwhile, as a number or a percentage.', {
      explicit: true,
      default: '25%',
    }),
    maxSurge: field(2, intOrString, 'How many pods beyond the wanted ones may exist meanwhile, as a number or a percentage.', {
      explicit: true,
      default: '25%',
    }),
  },
  {
    validate: ({ maxUnavailable, maxSurge }, at) => {
      checkIntOrPercent(maxUnavailable, at.key('maxUnavailable'))
      checkIntOrPercent(maxSurge, at.key('maxSurge'))
      if (isNone(maxUnavailable) && isNone(maxSurge)) at.key('maxUnavailable').invalid(maxUnavailable, 'may not be 0 when `maxSurge` is 0')
      checkAtMostAll(maxUnavailable, at.key('maxUnavailable'))
    },
  },
) {}

const STRATEGIES = ['Recreate', 'RollingUpdate'] as const

export class DeploymentStrategy extends struct(
  {
    type: field(1, known(...STRATEGIES), 'How old pods give way to new ones.', { default: 'RollingUpdate' }),
    rollingUpdate: field(2, RollingUpdateDeployment, 'The pace, when the type is RollingUpdate.'),
  },
  {
    fill: draft => {
      if (draft.type === 'RollingUpdate') draft.rollingUpdate ??= { maxUnavailable: '25%', maxSurge: '25%' }
    },
    validate: ({ type, rollingUpdate }, at) => {
      const pace = rollingUpdate && internalForm(rollingUpdate, ['maxUnavailable', 'maxSurge'])
      if (!(STRATEGIES as readonly string[]).includes(type))
        at.unsupported(internalForm({ type, rollingUpdate: pace }, ['type', 'rollingUpdate']), STRATEGIES)
      if (type === 'Recreate' && rollingUpdate) at.key('rollingUpdate').forbidden("may not be specified when strategy `type` is 'Recreate'")
    },
  },
) {}

export class DeploymentSpec extends struct(
  {
    replicas: field(1, int32, 'How many pods are wanted.', { explicit: true, default: 1, minimum: 0 }),
    selector: field(2, LabelSelector, "The pods that belong here; must match the template's labels.", {
      explicit: true,
      required: true,
      immutable: true,
    }),
    template: field(3, PodTemplateSpec, 'The pod to run.', { always: true }),
    strategy: field(4, DeploymentStrategy, 'How a new template is rolled out.', { written: true, patchStrategy: 'retainKeys' }),
    minReadySeconds: field(5, int32, 'How long a pod must be ready before it counts as available, in seconds.', { minimum: 0 }),
    revisionHistoryLimit: field(6, int32, 'How many old versions are kept for rollbacks.', { explicit: true, default: 10, minimum: 0 }),
    paused: field(7, bool, 'Whether new templates wait.'),
    progressDeadlineSeconds: field(9, int32, 'How long a rollout may stand still before it counts as failed, in seconds.', {
      explicit: true,
      default: 600,
      minimum: 0,
    }),
  },
  {
    validate: (spec, at) => {
      checkTemplate(spec, at, 'empty selector is invalid for deployment')
      if (spec.template.spec.activeDeadlineSeconds !== undefined)
        at.key('template').key('spec').key('activeDeadlineSeconds').forbidden('activeDeadlineSeconds in ReplicaSet is not Supported')
      if (spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0))
        at.key('progressDeadlineSeconds').invalid(spec.progressDeadlineSeconds, 'must be greater than minReadySeconds')
    },
  },
) {}

export class DeploymentCondition extends struct({
  type: field(1, known('Available', 'Progressing', 'ReplicaFailure'), 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastUpdateTime: field(6, time, 'When the finding was last looked at.'),
  lastTransitionTime: field(7, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class DeploymentStatus extends struct(
  {
    observedGeneration: field(1, int64, 'The generation of the object that the rest describes.', { minimum: 0 }),
    replicas: field(2, int32, 'Pods that exist.', { minimum: 0 }),
    updatedReplicas: field(3, int32, 'Pods that run the current template.', { minimum: 0 }),
    readyReplicas: field(7, int32, 'Pods that are ready.', { minimum: 0 }),
    availableReplicas: field(4, int32, 'Pods that have been ready for minReadySeconds.', { minimum: 0 }),
    unavailableReplicas: field(5, int32, 'Pods still missing until all wanted ones are available.', { minimum: 0 }),
    terminatingReplicas: field(9, int32, 'Pods that are going away.', { explicit: true, minimum: 0 }),
    conditions: field(
      6,
      list(DeploymentCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Findings about the present state.',
    ),
    collisionCount: field(8, int32, 'How often a name from a hash was taken already.', { explicit: true, minimum: 0 }),
  },
  {
    validate: (status, at, before) => {
      checkCounts(status, at, [
        ['updatedReplicas', 'replicas', 'status.replicas'],
        ['readyReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'replicas', 'status.replicas'],
        ['availableReplicas', 'readyReplicas', 'readyReplicas'],
      ])
      checkNotDecremented(status.collisionCount, before?.collisionCount, at.key('collisionCount'))
    },
  },
) {}

export class Deployment extends kind({
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, DeploymentSpec, 'What is wanted.', { written: true }),
    status: field(3, DeploymentStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  // Annotations too: the API has always counted their changes.
  bumpsGeneration: ['spec', 'metadata.annotations'],
  warnings: (next, before) => [...(before ? [] : nameWarnings(next)), ...podWarnings(next.spec.template, 'spec.template.')],
  columns: {
    Ready: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    'Up-to-date': ({ status }) => status.updatedReplicas ?? 0,
    Available: ({ status }) => status.availableReplicas ?? 0,
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
    Selector: { wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  },
}) {}
