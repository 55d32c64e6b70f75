/** CronJob: jobs by the clock. */
import { ObjectReference } from '#kinds/core/references.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { bool, int32, int64, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { JobSpec } from './job.ts'

export class JobTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, 'Labels and annotations for the jobs.', { written: true }),
  spec: field(2, JobSpec, 'What is wanted.', { written: true }),
}) {}

export class CronJobSpec extends struct({
  schedule: field(1, string, 'When jobs start, in the five fields of cron.', { required: true }),
  timeZone: field(8, string, "The time zone of the schedule; absent means the controller's own.", { explicit: true }),
  startingDeadlineSeconds: field(2, int64, 'How late a job may still start, in seconds.', { explicit: true }),
  concurrencyPolicy: field(3, oneOf('Allow', 'Forbid', 'Replace'), 'What happens while the last job still runs.'),
  suspend: field(4, bool, 'Whether further jobs are left out.', { explicit: true }),
  jobTemplate: field(5, JobTemplateSpec, 'The job to start.', { always: true }),
  successfulJobsHistoryLimit: field(6, int32, 'How many successful jobs are kept.', { explicit: true }),
  failedJobsHistoryLimit: field(7, int32, 'How many failed jobs are kept.', { explicit: true }),
}) {}

export class CronJobStatus extends struct({
  active: field(1, list(ObjectReference, { listType: 'atomic' }), 'Jobs that run.'),
  lastScheduleTime: field(4, time, 'When a job was last due and started.'),
  lastSuccessfulTime: field(5, time, 'When a job last succeeded.'),
}) {}

export class CronJob extends kind({
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, CronJobSpec, 'What is wanted.', { always: true }),
    status: field(3, CronJobStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
