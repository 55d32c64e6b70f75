/** Job: pods that run until enough of them have succeeded. */

import { humanDuration } from '#base/human-duration.ts'
import { age, containerNames, imageNames } from '#kinds/columns.ts'
import { nameWarnings } from '#kinds/core/pod/warnings.ts'
import { isDns1123Label } from '#kinds/meta/names.ts'
import type { Cell } from '#kinds/declare.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
import { int32, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { addGeneratedLabels, checkGeneratedLabels } from './generated-labels.ts'
import { kind, struct } from './group.ts'
import { checkJobSpec, checkSelector, checkSpecUpdate, jobWarnings } from './job-rules.ts'
import { JobSpec } from './job-spec.ts'

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
  active: field(4, int32, 'Pods that are pending or running.', { minimum: 0 }),
  succeeded: field(5, int32, 'Pods that succeeded.', { minimum: 0 }),
  failed: field(6, int32, 'Pods that failed.', { minimum: 0 }),
  terminating: field(11, int32, 'Pods that are going away.', { explicit: true, minimum: 0 }),
  completedIndexes: field(7, string, 'Indexes that have succeeded, such as 1,3-5.'),
  failedIndexes: field(10, string, 'Indexes that have failed, such as 1,3-5.', { explicit: true }),
  uncountedTerminatedPods: field(8, UncountedTerminatedPods, 'Finished pods that are not in the counts yet.'),
  ready: field(9, int32, 'Pods that are ready.', { explicit: true, minimum: 0 }),
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
  orphansByDefault: true,
  selectable: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
  // Jobs only: those of a CronJob get their defaults when they are made.
  fill: ({ metadata, spec }) => {
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1
    spec.parallelism ??= 1
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : INT32_MAX
    const labels = spec.template.metadata.labels
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels }
    spec.completionMode ??= 'NonIndexed'
    spec.suspend ??= false
    spec.manualSelector ??= false
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  },
  validate: (job, at, before) => {
    checkGeneratedLabels(job, at)
    checkJobSpec(job.spec, at.key('spec'))
    checkSelector(job.spec, at.key('spec'))
    const { completionMode, completions = 0 } = job.spec
    const hostname = `${job.metadata.name}-${completions - 1}`
    // Pods are called after their indexes: better no job than one that cannot make its last pods.
    if (!before && completionMode === 'Indexed' && completions > 0 && isDns1123Label(hostname))
      at.key('metadata').key('name').invalid(job.metadata.name, `will not able to create pod with invalid DNS label: ${hostname}`)
    if (before) checkSpecUpdate(job.spec, before, at.key('spec'))
  },
  onCreate: job => {
    if (!job.spec.manualSelector) addGeneratedLabels(job)
  },
  warnings: (next, before) => [...(before ? [] : nameWarnings(next)), ...jobWarnings(next.spec, 'spec')],
  columns: {
    Status: ({ metadata, status }) => stateOf(status, metadata.deletionTimestamp !== undefined),
    Completions: ({ spec, status }) => completionsText(spec, status),
    Duration: ({ status }, now) => durationText(status, now),
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.template) },
    Selector: { wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  },
}) {}

/** The limit of failures where indexes have limits of their own. */
const INT32_MAX = 2 ** 31 - 1

function stateOf(status: JobStatus, isTerminating: boolean): Cell {
  const has = (type: string) => status.conditions?.some(condition => condition.type === type && condition.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (isTerminating) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running'
}
function completionsText({ completions, parallelism = 0 }: JobSpec, { succeeded = 0 }: JobStatus): Cell {
  if (completions !== undefined) return `${succeeded}/${completions}`
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}
function durationText({ startTime, completionTime }: JobStatus, now: number): Cell {
  if (!startTime) return ''
  return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime))
}
