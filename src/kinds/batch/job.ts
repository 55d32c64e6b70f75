/** Job: ?file batch/job. */
import { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { PodFailurePolicy } from './pod-failure-policy.ts'
import { SuccessPolicy } from './success-policy.ts'

export class JobSpec extends struct({
  parallelism: field(1, int32, '?JobSpec.parallelism', { explicit: true }),
  completions: field(2, int32, '?JobSpec.completions', { explicit: true }),
  activeDeadlineSeconds: field(3, int64, '?JobSpec.activeDeadlineSeconds', { explicit: true }),
  podFailurePolicy: field(11, PodFailurePolicy, '?JobSpec.podFailurePolicy'),
  successPolicy: field(16, SuccessPolicy, '?JobSpec.successPolicy'),
  backoffLimit: field(7, int32, '?JobSpec.backoffLimit', { explicit: true }),
  backoffLimitPerIndex: field(12, int32, '?JobSpec.backoffLimitPerIndex', { explicit: true }),
  maxFailedIndexes: field(13, int32, '?JobSpec.maxFailedIndexes', { explicit: true }),
  selector: field(4, LabelSelector, '?JobSpec.selector'),
  manualSelector: field(5, bool, '?JobSpec.manualSelector', { explicit: true }),
  template: field(6, PodTemplateSpec, '?JobSpec.template', { always: true }),
  ttlSecondsAfterFinished: field(8, int32, '?JobSpec.ttlSecondsAfterFinished', { explicit: true }),
  completionMode: field(9, oneOf('NonIndexed', 'Indexed'), '?JobSpec.completionMode', { explicit: true }),
  suspend: field(10, bool, '?JobSpec.suspend', { explicit: true }),
  podReplacementPolicy: field(14, oneOf('TerminatingOrFailed', 'Failed'), '?JobSpec.podReplacementPolicy', { explicit: true }),
  managedBy: field(15, string, '?JobSpec.managedBy', { explicit: true }),
}) {}

export class JobCondition extends struct({
  type: field(1, known('Suspended', 'Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'), '?JobCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?JobCondition.status', { always: true }),
  lastProbeTime: field(3, time, '?JobCondition.lastProbeTime'),
  lastTransitionTime: field(4, time, '?JobCondition.lastTransitionTime'),
  reason: field(5, string, '?JobCondition.reason'),
  message: field(6, string, '?JobCondition.message'),
}) {}

export class UncountedTerminatedPods extends struct({
  succeeded: field(1, list(string, { listType: 'set' }), '?UncountedTerminatedPods.succeeded'),
  failed: field(2, list(string, { listType: 'set' }), '?UncountedTerminatedPods.failed'),
}) {}

export class JobStatus extends struct({
  conditions: field(1, list(JobCondition, { listType: 'atomic', patchKey: 'type', patchStrategy: 'merge' }), '?JobStatus.conditions'),
  startTime: field(2, time, '?JobStatus.startTime'),
  completionTime: field(3, time, '?JobStatus.completionTime'),
  active: field(4, int32, '?JobStatus.active'),
  succeeded: field(5, int32, '?JobStatus.succeeded'),
  failed: field(6, int32, '?JobStatus.failed'),
  terminating: field(11, int32, '?JobStatus.terminating', { explicit: true }),
  completedIndexes: field(7, string, '?JobStatus.completedIndexes'),
  failedIndexes: field(10, string, '?JobStatus.failedIndexes', { explicit: true }),
  uncountedTerminatedPods: field(8, UncountedTerminatedPods, '?JobStatus.uncountedTerminatedPods'),
  ready: field(9, int32, '?JobStatus.ready', { explicit: true }),
}) {}

export class Job extends kind({
  plural: 'jobs',
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, JobSpec, '?Job.spec', { written: true }),
    status: field(3, JobStatus, '?Job.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
