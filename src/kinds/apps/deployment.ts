/** Deployment: a chosen number of identical pods, and how they get from one version to the next */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateDeployment extends struct({
  maxUnavailable: field(1, intOrString, 'How many of the wanted pods may be missing meanwhile, as a number or a percentage.', {
    explicit: true,
  }),
  maxSurge: field(2, intOrString, 'How many pods beyond the wanted ones may exist meanwhile, as a number or a percentage.', {
    explicit: true,
  }),
}) {}

export class DeploymentStrategy extends struct({
  type: field(1, oneOf('Recreate', 'RollingUpdate'), 'How old pods give way to new ones.'),
  rollingUpdate: field(2, RollingUpdateDeployment, 'The pace, when the type is RollingUpdate.'),
}) {}

export class DeploymentSpec extends struct({
  replicas: field(1, int32, 'How many pods are wanted.', { explicit: true }),
  selector: field(2, LabelSelector, "The pods that belong here; must match the template's labels.", { required: true }),
  template: field(3, PodTemplateSpec, 'The pod to run.', { always: true }),
  strategy: field(4, DeploymentStrategy, 'How a new template is rolled out.', { written: true, patchStrategy: 'retainKeys' }),
  minReadySeconds: field(5, int32, 'How long a pod must be ready before it counts as available, in seconds.'),
  revisionHistoryLimit: field(6, int32, 'How many old versions are kept for rollbacks.', { explicit: true }),
  paused: field(7, bool, 'Whether new templates wait.'),
  progressDeadlineSeconds: field(9, int32, 'How long a rollout may stand still before it counts as failed, in seconds.', {
    explicit: true,
  }),
}) {}

export class DeploymentCondition extends struct({
  type: field(1, known('Available', 'Progressing', 'ReplicaFailure'), 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastUpdateTime: field(6, time, 'When the finding was last looked at.'),
  lastTransitionTime: field(7, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class DeploymentStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.'),
  replicas: field(2, int32, 'Pods that exist.'),
  updatedReplicas: field(3, int32, 'Pods that run the current template.'),
  readyReplicas: field(7, int32, 'Pods that are ready.'),
  availableReplicas: field(4, int32, 'Pods that have been ready for minReadySeconds.'),
  unavailableReplicas: field(5, int32, 'Pods still missing until all wanted ones are available.'),
  terminatingReplicas: field(9, int32, 'Pods that are going away.', { explicit: true }),
  conditions: field(
    6,
    list(DeploymentCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  collisionCount: field(8, int32, 'How often a name from a hash was taken already.', { explicit: true }),
}) {}

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
  bumpsGeneration: ['spec'],
}) {}
