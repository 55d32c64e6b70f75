/** Deployment: ?file apps/deployment. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateDeployment extends struct({
  maxUnavailable: field(1, intOrString, '?RollingUpdateDeployment.maxUnavailable', { explicit: true }),
  maxSurge: field(2, intOrString, '?RollingUpdateDeployment.maxSurge', { explicit: true }),
}) {}

export class DeploymentStrategy extends struct({
  type: field(1, oneOf('Recreate', 'RollingUpdate'), '?DeploymentStrategy.type'),
  rollingUpdate: field(2, RollingUpdateDeployment, '?DeploymentStrategy.rollingUpdate'),
}) {}

export class DeploymentSpec extends struct({
  replicas: field(1, int32, '?DeploymentSpec.replicas', { explicit: true }),
  selector: field(2, LabelSelector, '?DeploymentSpec.selector', { required: true }),
  template: field(3, PodTemplateSpec, '?DeploymentSpec.template', { always: true }),
  strategy: field(4, DeploymentStrategy, '?DeploymentSpec.strategy', { written: true, patchStrategy: 'retainKeys' }),
  minReadySeconds: field(5, int32, '?DeploymentSpec.minReadySeconds'),
  revisionHistoryLimit: field(6, int32, '?DeploymentSpec.revisionHistoryLimit', { explicit: true }),
  paused: field(7, bool, '?DeploymentSpec.paused'),
  progressDeadlineSeconds: field(9, int32, '?DeploymentSpec.progressDeadlineSeconds', { explicit: true }),
}) {}

export class DeploymentCondition extends struct({
  type: field(1, known('Available', 'Progressing', 'ReplicaFailure'), '?DeploymentCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?DeploymentCondition.status', { always: true }),
  lastUpdateTime: field(6, time, '?DeploymentCondition.lastUpdateTime'),
  lastTransitionTime: field(7, time, '?DeploymentCondition.lastTransitionTime'),
  reason: field(4, string, '?DeploymentCondition.reason'),
  message: field(5, string, '?DeploymentCondition.message'),
}) {}

export class DeploymentStatus extends struct({
  observedGeneration: field(1, int64, '?DeploymentStatus.observedGeneration'),
  replicas: field(2, int32, '?DeploymentStatus.replicas'),
  updatedReplicas: field(3, int32, '?DeploymentStatus.updatedReplicas'),
  readyReplicas: field(7, int32, '?DeploymentStatus.readyReplicas'),
  availableReplicas: field(4, int32, '?DeploymentStatus.availableReplicas'),
  unavailableReplicas: field(5, int32, '?DeploymentStatus.unavailableReplicas'),
  terminatingReplicas: field(9, int32, '?DeploymentStatus.terminatingReplicas', { explicit: true }),
  conditions: field(
    6,
    list(DeploymentCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?DeploymentStatus.conditions',
  ),
  collisionCount: field(8, int32, '?DeploymentStatus.collisionCount', { explicit: true }),
}) {}

export class Deployment extends kind({
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, DeploymentSpec, '?Deployment.spec', { written: true }),
    status: field(3, DeploymentStatus, '?Deployment.status', { written: true }),
  },
  subresources: { status: true, scale: { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.spec.selector' } },
  bumpsGeneration: ['spec'],
}) {}
