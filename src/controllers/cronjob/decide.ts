/** What a cron job does next: the run that is due, runs that have to make way, and old jobs that go. */
import { CronError } from '#base/cron.ts'
import { quote } from '#base/quote.ts'
import { timestamp } from '#base/clock.ts'
import type { Creation, Deletion, Note, Plan, Sight } from '#client/plan.ts'
import type { CronJob, CronJobStatus } from '#kinds/batch/cron-job.ts'
import { Job } from '#kinds/batch/job.ts'
import { conditionOf, isConditionTrue } from '#kinds/meta/conditions.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { jobNameOf, jobOf, runOf } from './job-of.ts'
import { type Due, dueOf } from './schedule.ts'

/**
 * | seen | decided |
 * |---|---|
 * | a run is due | its job is made; of several missed runs only the latest |
 * | it is later than startingDeadlineSeconds allow | the run is left out, with an event |
 * | a job still runs, policy Forbid | the run waits until it has ended |
 * | a job still runs, policy Replace | it is deleted first |
 * | suspended, or being deleted | no run starts |
 * | more finished jobs than the history keeps | the oldest go |
 * | a job that runs, or has ended | status.active, lastScheduleTime and lastSuccessfulTime say so |
 */
export function decide(sight: Sight<CronJob>): Plan<CronJob> {
  const { object: cronJob, children } = sight
  const jobs = children(Job)
  const { active, events, ...status } = reportOf(cronJob, jobs)
  const running = jobs.filter(({ metadata }) => active.some(({ uid }) => uid === metadata.uid))
  const run = nextRun(sight, running, status.lastScheduleTime)
  const replaced = new Set(run.replace.map(({ metadata }) => metadata.uid))
  return {
    create: run.start === undefined ? [] : [creationOf(cronJob, run.start)],
    delete: [...run.replace, ...outdated(cronJob, jobs)].map(deletionOf),
    status: { ...status, active: active.filter(({ uid }) => !replaced.has(uid)) } satisfies CronJobStatus,
    events: [...events, ...run.events],
    ...(run.lookAgainMs !== undefined && { lookAgainMs: run.lookAgainMs }),
  }
}

const hasSucceeded = ({ status }: Job) => isConditionTrue(status.conditions, 'Complete')
const hasFailed = ({ status }: Job) => isConditionTrue(status.conditions, 'Failed')
const hasEnded = (job: Job) => hasSucceeded(job) || hasFailed(job)
const normal = (reason: string, message: string): Note => ({ type: 'Normal', reason, message })
const warning = (reason: string, message: string): Note => ({ type: 'Warning', reason, message })

/** The status as the jobs show it: what was started is known from the jobs themselves, should the last status not have been written. */
function reportOf(cronJob: CronJob, jobs: readonly Job[]) {
  const { active = [], lastScheduleTime, lastSuccessfulTime } = cronJob.status
  const events: Note[] = []
  const known = new Map(active.map(reference => [reference.uid, reference]))
  const next: NonNullable<CronJobStatus['active']>[number][] = []
  for (const reference of active) {
    const job = jobs.find(({ metadata }) => metadata.uid === reference.uid)
    if (!job) events.push(normal('MissingJob', `Active job went missing: ${reference.name}`))
    else if (hasEnded(job)) {
      const type = conditionOf(job.status.conditions, 'Complete')?.status === 'True' ? 'Complete' : 'Failed'
      events.push(normal('SawCompletedJob', `Saw completed job: ${reference.name}, condition: ${type}`))
    } else next.push(reference)
  }
  for (const job of jobs.filter(job => !hasEnded(job) && !known.has(job.metadata.uid))) {
    if (runOf(job, cronJob) === undefined)
      events.push(warning('UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`))
    else if (!job.metadata.deletionTimestamp) next.push(referenceTo(job))
  }
  const started = latest([lastScheduleTime, ...jobs.map(job => runOf(job, cronJob)).map(at => at !== undefined && timestamp(at))])
  const succeeded = latest([lastSuccessfulTime, ...jobs.filter(hasSucceeded).map(({ status }) => status.completionTime)])
  return {
    active: next,
    events,
    ...(started && { lastScheduleTime: started }),
    ...(succeeded && { lastSuccessfulTime: succeeded }),
  }
}
const latest = (times: readonly (string | false | undefined)[]): string | undefined =>
  times
    .filter(time => typeof time === 'string')
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
const referenceTo = ({ metadata: { name, namespace, uid, resourceVersion } }: Job) => ({
  kind: 'Job',
  apiVersion: Job.apiVersion,
  ...(namespace && { namespace }),
  ...(name && { name }),
  ...(uid && { uid }),
  ...(resourceVersion && { resourceVersion }),
})

interface Run {
  /** The run whose job is to be made, in milliseconds since the epoch. */
  readonly start?: number
  readonly replace: readonly Job[]
  readonly events: readonly Note[]
  readonly lookAgainMs?: number | undefined
}
const idle = (lookAgainMs?: number, ...events: Note[]): Run => ({ replace: [], events, lookAgainMs })

function nextRun({ object: cronJob, refusals, now }: Sight<CronJob>, running: readonly Job[], lastScheduleTime: string | undefined): Run {
  const { metadata, spec } = cronJob
  if (metadata.deletionTimestamp || spec.suspend) return idle()
  const since = Date.parse(lastScheduleTime ?? metadata.creationTimestamp ?? '')
  const due = readSchedule(cronJob, since, now)
  if ('type' in due) return idle(undefined, due)
  const { at, nextMs } = due
  if (at === undefined) return idle(nextMs)
  const many = due.hasMissedMany
    ? [warning('TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew')]
    : []
  if (spec.startingDeadlineSeconds !== undefined && at + spec.startingDeadlineSeconds * 1000 < now)
    return idle(
      nextMs,
      ...many,
      warning('MissSchedule', `Missed scheduled time to start a job: ${new Date(at).toUTCString().replace('GMT', '+0000')}`),
    )
  // A job of somebody else has the name: it counts as this run.
  const name = jobNameOf(cronJob, at)
  if (refusals.some(({ refusal }) => isRefusal(refusal, 'AlreadyExists') && refusal.status.details?.name === name)) return idle(nextMs)
  if (running.length && spec.concurrencyPolicy === 'Forbid')
    return idle(
      nextMs,
      ...many,
      normal('JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid'),
    )
  const inTheWay = spec.concurrencyPolicy === 'Replace' ? running.filter(({ metadata }) => !metadata.deletionTimestamp) : []
  // Its deletion brings us back.
  if (inTheWay.length) return { replace: inTheWay, events: many, lookAgainMs: nextMs }
  return { start: at, replace: [], events: many, lookAgainMs: nextMs }
}
function readSchedule({ spec }: CronJob, since: number, now: number): Due | Note {
  const { schedule, timeZone, startingDeadlineSeconds } = spec
  const patienceMs = startingDeadlineSeconds === undefined ? undefined : startingDeadlineSeconds * 1000
  try {
    return dueOf({ schedule, timeZone, since, patienceMs }, now)
  } catch (error) {
    if (!(error instanceof CronError)) throw error
    return warning('UnparseableSchedule', `unparseable schedule: ${quote(schedule)} : ${error.message}`)
  }
}

const creationOf = (cronJob: CronJob, at: number): Creation<Job> => ({
  kind: Job,
  object: jobOf(cronJob, at),
  done: ({ metadata }) => normal('SuccessfulCreate', `Created job ${metadata.name}`),
  refused: refusal => warning('FailedCreate', `Error creating job: ${refusal.message}`),
})
const deletionOf = (job: Job): Deletion<Job> => ({
  kind: Job,
  object: job,
  options: { propagationPolicy: 'Background' },
  done: ({ metadata }) => normal('SuccessfulDelete', `Deleted job ${metadata.name}`),
  refused: refusal => warning('FailedDelete', `Deleted job: ${refusal.message}`),
})

/** Finished jobs beyond the history, those that started first. */
function outdated({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const beyond = (ended: readonly Job[], limit: number | undefined) =>
    limit === undefined ? [] : ended.toSorted(byStart).slice(0, Math.max(0, ended.length - limit))
  const present = jobs.filter(({ metadata }) => !metadata.deletionTimestamp)
  return [
    ...beyond(present.filter(hasSucceeded), spec.successfulJobsHistoryLimit),
    ...beyond(present.filter(hasFailed), spec.failedJobsHistoryLimit),
  ]
}
function byStart(a: Job, b: Job): number {
  const [one, other] = [a.status.startTime ?? '~', b.status.startTime ?? '~']
  if (one !== other) return one < other ? -1 : 1
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1
}
