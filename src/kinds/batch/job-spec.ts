/** JobSpec: which pods a job runs, and when it is done. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { PodFailurePolicy } from './pod-failure-policy.ts'
import { SuccessPolicy } from './success-policy.ts'

export class JobSpec extends struct({
  parallelism: field(1, int32, 'How many pods may run at a time.', { explicit: true, minimum: 0 }),
  completions: field(2, int32, 'How many pods must succeed; absent means that one success ends the job.', { explicit: true, minimum: 0 }),
  activeDeadlineSeconds: field(3, int64, 'How long the job may take, in seconds.', { explicit: true, minimum: 0 }),
  podFailurePolicy: field(11, PodFailurePolicy, 'What failed pods mean for the job.', { immutable: true }),
  successPolicy: field(16, SuccessPolicy, 'When the job has succeeded although not all indexes have.', { immutable: true }),
  backoffLimit: field(7, int32, 'How many pods may fail before the job has failed.', { explicit: true, minimum: 0 }),
  backoffLimitPerIndex: field(12, int32, 'How many pods of an index may fail before the index has failed.', {
    explicit: true,
    minimum: 0,
    immutable: true,
  }),
  maxFailedIndexes: field(13, int32, 'How many indexes may fail before the job has failed.', { explicit: true, minimum: 0 }),
  selector: field(4, LabelSelector, 'The pods that belong here; usually made by the server.', { immutable: true }),
  manualSelector: field(5, bool, 'Whether the selector was chosen by hand.', { explicit: true }),
  template: field(6, PodTemplateSpec, 'The pod to run.', { always: true }),
  ttlSecondsAfterFinished: field(8, int32, 'How long a finished job is kept, in seconds.', { explicit: true, minimum: 0 }),
  completionMode: field(9, oneOf('NonIndexed', 'Indexed'), 'Whether pods are alike or each has an index.', {
    explicit: true,
    immutable: true,
  }),
  suspend: field(10, bool, 'Whether the job waits, without pods.', { explicit: true }),
  podReplacementPolicy: field(
    14,
    oneOf('Failed', 'TerminatingOrFailed'),
    'Whether a replacement starts when a pod begins to terminate or when it has failed.',
    { explicit: true },
  ),
  managedBy: field(15, string, 'Who manages the job; absent means the built-in controller.', { explicit: true, immutable: true }),
}) {}
