/** Job: pods that run until enough of them have succeeded. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodFailurePolicy } from './pod-failure-policy.ts'
import { SuccessPolicy } from './success-policy.ts'

export class JobSpec extends struct({
  parallelism: field(1, int32, 'How many pods may run at a time.', { explicit: true }),
  completions: field(2, int32, 'How many pods must succeed; absent means that one success ends the job.', { explicit: true }),
  activeDeadlineSeconds: field(3, int64, 'How long the job may take, in seconds.', { explicit: true }),
  podFailurePolicy: field(11, PodFailurePolicy, 'What failed pods mean for the job.'),
  successPolicy: field(16, SuccessPolicy, 'When the job has succeeded although not all indexes have.'),
  backoffLimit: field(7, int32, 'How many pods may fail before the job has failed.', { explicit: true }),
  backoffLimitPerIndex: field(12, int32, 'How many pods of an index may fail before the index has failed.', { explicit: true }),
  maxFailedIndexes: field(13, int32, 'How many indexes may fail before the job has failed.', { explicit: true }),
  selector: field(4, LabelSelector, 'The pods that belong here; usually made by the server.'),
  manualSelector: field(5, bool, 'Whether the selector was chosen by hand.', { explicit: true }),
  template: field(6, PodTemplateSpec, 'The pod to run.', { always: true }),
  ttlSecondsAfterFinished: field(8, int32, 'How long a finished job is kept, in seconds.', { explicit: true }),
  completionMode: field(9, oneOf('NonIndexed', 'Indexed'), 'Whether pods are alike or each has an index.', { explicit: true }),
  suspend: field(10, bool, 'Whether the job waits, without pods.', { explicit: true }),
  podReplacementPolicy: field(
    14,
    oneOf('TerminatingOrFailed', 'Failed'),
    'Whether a replacement starts when a pod begins to terminate or when it has failed.',
    { explicit: true },
  ),
  managedBy: field(15, string, 'Who manages the job; absent means the built-in controller.', { explicit: true }),
}) {}

export class JobCondition extends struct({
  type: field(1, known('Suspended', 'Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'), 'Which finding this is.', {
    always: true,
  }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastProbeTime: field(3, time, 'When the finding was last looked at.'),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'Why, in one word for machines.'),
  message: field(6, string, 'Why, in a sentence for people.'),
}) {}

export class UncountedTerminatedPods extends struct({
  succeeded: field(1, list(string, { listType: 'set' }), 'Successful pods that are not in the count yet, by UID.'),
  failed: field(2, list(string, { listType: 'set' }), 'Failed pods that are not in the count yet, by UID.'),
}) {}

export class JobStatus extends struct({
  conditions: field(
    1,
    list(JobCondition, { listType: 'atomic', patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  startTime: field(2, time, 'When the job was started, or resumed.'),
  completionTime: field(3, time, 'When the job succeeded.'),
  active: field(4, int32, 'Pods that are pending or running.'),
  succeeded: field(5, int32, 'Pods that succeeded.'),
  failed: field(6, int32, 'Pods that failed.'),
  terminating: field(11, int32, 'Pods that are going away.', { explicit: true }),
  completedIndexes: field(7, string, 'Indexes that have succeeded, such as 1,3-5.'),
  failedIndexes: field(10, string, 'Indexes that have failed, such as 1,3-5.', { explicit: true }),
  uncountedTerminatedPods: field(8, UncountedTerminatedPods, 'Finished pods that are not in the counts yet.'),
  ready: field(9, int32, 'Pods that are ready.', { explicit: true }),
}) {}

export class Job extends kind({
  plural: 'jobs',
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, JobSpec, 'What is wanted.', { written: true }),
    status: field(3, JobStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
