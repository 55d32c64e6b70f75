/** DaemonSet: one pod on every suitable node */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, int64, intOrString, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class RollingUpdateDaemonSet extends struct({
  maxUnavailable: field(1, intOrString, 'On how many nodes the pod may be missing meanwhile, as a number or a percentage.', {
    explicit: true,
  }),
  maxSurge: field(2, intOrString, 'On how many nodes old and new pod may run side by side, as a number or a percentage.', {
    explicit: true,
  }),
}) {}

export class DaemonSetUpdateStrategy extends struct({
  type: field(1, oneOf('RollingUpdate', 'OnDelete'), 'Whether pods are replaced one after the other or only when somebody deletes them.'),
  rollingUpdate: field(2, RollingUpdateDaemonSet, 'The pace, when the type is RollingUpdate.'),
}) {}

export class DaemonSetSpec extends struct({
  selector: field(1, LabelSelector, "The pods that belong here; must match the template's labels.", { required: true }),
  template: field(2, PodTemplateSpec, 'The pod to run.', { always: true }),
  updateStrategy: field(3, DaemonSetUpdateStrategy, 'How a new template is rolled out.', { written: true }),
  minReadySeconds: field(4, int32, 'How long a pod must be ready before it counts as available, in seconds.'),
  revisionHistoryLimit: field(6, int32, 'How many old versions are kept for rollbacks.', { explicit: true }),
}) {}

export class DaemonSetCondition extends struct({
  type: field(1, string, 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class DaemonSetStatus extends struct({
  currentNumberScheduled: field(1, int32, 'Nodes that run the pod and should.', { always: true }),
  numberMisscheduled: field(2, int32, 'Nodes that run the pod and should not.', { always: true }),
  desiredNumberScheduled: field(3, int32, 'Nodes that should run the pod.', { always: true }),
  numberReady: field(4, int32, 'Nodes that should run the pod and have a ready one.', { always: true }),
  observedGeneration: field(5, int64, 'The generation of the object that the rest describes.'),
  updatedNumberScheduled: field(6, int32, 'Nodes that run the current template.'),
  numberAvailable: field(7, int32, 'Nodes that should run the pod and have an available one.'),
  numberUnavailable: field(8, int32, 'Nodes that should run the pod and have no available one.'),
  collisionCount: field(9, int32, 'How often a name from a hash was taken already.', { explicit: true }),
  conditions: field(
    10,
    list(DaemonSetCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

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
}) {}
