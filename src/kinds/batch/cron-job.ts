/** CronJob: jobs by the clock. */

import { CronError, isTimeZone, parseCron } from '#base/cron.ts'
import { age, containerNames, imageNames, since } from '#kinds/columns.ts'
import { nameWarnings } from '#kinds/core/pod/warnings.ts'
import { ObjectReference } from '#kinds/core/references.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
import { bool, int32, int64, oneOf, string, time } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkJobSpec, jobWarnings } from './job-rules.ts'
import { JobSpec } from './job-spec.ts'

export class JobTemplateSpec extends struct({
  metadata: field(1, ObjectMeta, 'Labels and annotations for the jobs.', { written: true }),
  spec: field(2, JobSpec, 'What is wanted.', { written: true }),
}) {}

export class CronJobSpec extends struct({
  schedule: field(1, string, 'When jobs start, in the five fields of cron.', { required: true }),
  timeZone: field(8, string, "The time zone of the schedule; absent means the controller's own.", { explicit: true }),
  startingDeadlineSeconds: field(2, int64, 'How late a job may still start, in seconds.', { explicit: true, minimum: 0 }),
  concurrencyPolicy: field(3, oneOf('Allow', 'Forbid', 'Replace'), 'What happens while the last job still runs.', { default: 'Allow' }),
  suspend: field(4, bool, 'Whether further jobs are left out.', { explicit: true, default: false }),
  jobTemplate: field(5, JobTemplateSpec, 'The job to start.', { always: true }),
  successfulJobsHistoryLimit: field(6, int32, 'How many successful jobs are kept.', { explicit: true, default: 3, minimum: 0 }),
  failedJobsHistoryLimit: field(7, int32, 'How many failed jobs are kept.', { explicit: true, default: 1, minimum: 0 }),
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
  validate: ({ metadata, spec }, at, before) => {
    if (!before && metadata.name && metadata.name.length > NAME_MAX)
      at.key('metadata').key('name').invalid(metadata.name, `must be no more than ${NAME_MAX} characters`)
    checkSchedule(spec, at.key('spec'))
    const template = at.key('spec').key('jobTemplate').key('spec')
    checkJobSpec(spec.jobTemplate.spec, template)
    const { selector, manualSelector } = spec.jobTemplate.spec
    if (selector) template.key('selector').invalid(selector, '`selector` will be auto-generated')
    if (manualSelector) template.key('manualSelector').unsupported(manualSelector, ['nil', 'false'])
  },
  warnings: ({ metadata, spec }, before) => [
    ...(before ? [] : nameWarnings({ metadata })),
    ...jobWarnings(spec.jobTemplate.spec, 'spec.jobTemplate.spec'),
    ...(spec.startingDeadlineSeconds !== undefined && spec.startingDeadlineSeconds < DEADLINE_MIN
      ? [`spec.startingDeadlineSeconds: with less than ${DEADLINE_MIN} seconds, a controller that is busy may never start a job`]
      : []),
  ],
  columns: {
    Schedule: ({ spec }) => spec.schedule,
    Timezone: ({ spec }) => spec.timeZone ?? '<none>',
    Suspend: ({ spec }) => (spec.suspend ? 'True' : 'False'),
    Active: { type: 'integer', cell: ({ status }) => status.active?.length ?? 0 },
    'Last Schedule': ({ status }, now) => (status.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>'),
    Age: age,
    Containers: { wide: true, cell: ({ spec }) => containerNames(spec.jobTemplate.spec.template) },
    Images: { wide: true, cell: ({ spec }) => imageNames(spec.jobTemplate.spec.template) },
    Selector: { wide: true, cell: ({ spec }) => selectorText(spec.jobTemplate.spec.selector) },
  },
}) {}

/** A controller that looks every ten seconds misses what must start sooner. Reference: concepts, "CronJob", deadline for delayed job start. */
const DEADLINE_MIN = 10
/** Names of jobs are made by adding eleven characters, and pods carry them as labels. */
const NAME_MAX = 52

function checkSchedule({ schedule, timeZone }: CronJobSpec, at: Path): void {
  const here = at.key('schedule')
  if (schedule) {
    try {
      parseCron(schedule)
    } catch (error) {
      if (!(error instanceof CronError)) throw error
      here.invalid(schedule, error.message)
    }
    if (schedule.includes('TZ')) here.invalid(schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  }
  if (timeZone === undefined) return
  const zone = at.key('timeZone')
  if (!timeZone) zone.invalid(timeZone, 'timeZone must be nil or non-empty string')
  else if (timeZone.toLowerCase() === 'local')
    zone.invalid(timeZone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  else if (!isTimeZone(timeZone)) zone.invalid(timeZone, `unknown time zone ${timeZone}`)
}
