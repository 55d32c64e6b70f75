/** CronJob: ?file batch/cron-job. */
import { ObjectReference } from '#kinds/core/references.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { bool, int32, int64, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { JobSpec } from './job.ts'

export class JobTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, '?JobTemplateSpec.metadata', { written: true }),
  spec: field(2, JobSpec, '?JobTemplateSpec.spec', { written: true }),
}) {}

export class CronJobSpec extends struct({
  schedule: field(1, string, '?CronJobSpec.schedule', { required: true }),
  timeZone: field(8, string, '?CronJobSpec.timeZone', { explicit: true }),
  startingDeadlineSeconds: field(2, int64, '?CronJobSpec.startingDeadlineSeconds', { explicit: true }),
  concurrencyPolicy: field(3, oneOf('Allow', 'Forbid', 'Replace'), '?CronJobSpec.concurrencyPolicy'),
  suspend: field(4, bool, '?CronJobSpec.suspend', { explicit: true }),
  jobTemplate: field(5, JobTemplateSpec, '?CronJobSpec.jobTemplate', { always: true }),
  successfulJobsHistoryLimit: field(6, int32, '?CronJobSpec.successfulJobsHistoryLimit', { explicit: true }),
  failedJobsHistoryLimit: field(7, int32, '?CronJobSpec.failedJobsHistoryLimit', { explicit: true }),
}) {}

export class CronJobStatus extends struct({
  active: field(1, list(ObjectReference, { listType: 'atomic' }), '?CronJobStatus.active'),
  lastScheduleTime: field(4, time, '?CronJobStatus.lastScheduleTime'),
  lastSuccessfulTime: field(5, time, '?CronJobStatus.lastSuccessfulTime'),
}) {}

export class CronJob extends kind({
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, CronJobSpec, '?CronJob.spec', { always: true }),
    status: field(3, CronJobStatus, '?CronJob.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
