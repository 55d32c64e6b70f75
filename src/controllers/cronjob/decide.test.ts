/** What is seen → what is decided, for cron jobs. One row per rule. NOW is midnight, UTC. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, type Refused } from '#client/plan.ts'
import { CronJob } from '#kinds/batch/cron-job.ts'
import { Job } from '#kinds/batch/job.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { ago, NOW, stored, TEMPLATE } from '#test/support/workloads.ts'
import { decide } from './decide.ts'
import { dueOf } from './schedule.ts'

const MINUTE = 60_000
const template = {
  metadata: { labels: { from: 'cron' } },
  spec: { template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } } },
}
const cronJob = (spec: object = {}, status: object = {}, age = 30) =>
  stored(CronJob, {
    metadata: { name: 'tick', namespace: 'default', uid: 'cj', creationTimestamp: ago(age) },
    spec: { schedule: '*/5 * * * *', jobTemplate: template, ...spec },
    status,
  })
/** The job of the run that was so many minutes ago. */
function job(minutes: number, end?: 'Complete' | 'Failed', metadata: object = {}) {
  const at = NOW - minutes * MINUTE
  return stored(Job, {
    metadata: {
      name: `tick-${at / MINUTE}`,
      namespace: 'default',
      uid: `job-${minutes}`,
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': ago(minutes * 60) },
      ...metadata,
    },
    spec: template.spec,
    status: {
      startTime: ago(minutes * 60),
      ...(end && { conditions: [{ type: end, status: 'True' }], completionTime: ago(minutes * 60 - 10) }),
    },
  })
}
const active = (minutes: number) => ({ kind: 'Job', name: `tick-${NOW / MINUTE - minutes}`, uid: `job-${minutes}` })
function outcome(object: CronJob, jobs: readonly Job[] = [], refusals: readonly Refused[] = []) {
  const plan = decide({ object, children: childrenOf([Job, jobs]), more: undefined, refusals, now: NOW })
  const status = plan.status as CronJob['status']
  return {
    start: (plan.create ?? []).map(({ object }) => NOW / MINUTE - Number((object as Job).metadata.name?.split('-')[1])),
    delete: (plan.delete ?? []).map(({ object }) => object.metadata.uid),
    active: (status.active ?? []).map(({ uid }) => uid),
    last: status.lastScheduleTime,
    success: status.lastSuccessfulTime,
    events: (plan.events ?? []).map(({ reason }) => reason),
    again: plan.lookAgainMs,
  }
}
const taken: Refused = {
  step: 'create',
  kind: Job,
  refusal: refuse.alreadyExists({ group: 'batch', resource: 'jobs' }, `tick-${NOW / MINUTE}`),
}
const due = { lastScheduleTime: ago(300) }
const next = 5 * MINUTE + 100

const rows: readonly [rule: string, seen: ReturnType<typeof outcome>, wanted: Partial<ReturnType<typeof outcome>>][] = [
  ['starts the run that is due', outcome(cronJob({}, due)), { start: [0], again: next, last: ago(300) }],
  ['of a young cron job too', outcome(cronJob()), { start: [0] }],
  ['waits for the next one', outcome(cronJob({ schedule: '1 * * * *' })), { start: [], again: MINUTE + 100 }],
  [
    'of many that were missed only the latest is started',
    outcome(cronJob({}, { lastScheduleTime: ago(86_400) })),
    { start: [0], events: ['TooManyMissedTimes'] },
  ],
  [
    'a run that is too late is left out',
    outcome(cronJob({ schedule: '58 * * * *', startingDeadlineSeconds: 60 }, { lastScheduleTime: ago(3_720) })),
    { start: [], events: [], again: 58 * MINUTE + 100 },
  ],
  [
    'a run that is late enough still starts',
    outcome(cronJob({ schedule: '58 * * * *', startingDeadlineSeconds: 200 }, { lastScheduleTime: ago(3_720) })),
    { start: [2] },
  ],
  ['a suspended one starts nothing', outcome(cronJob({ suspend: true }, due)), { start: [], again: undefined }],
  ['the zone is the schedule’s', outcome(cronJob({ schedule: '0 9 * * *', timeZone: 'Asia/Tokyo' }, due)), { start: [0] }],
  ['a job of somebody else under the name counts as the run', outcome(cronJob({}, due), [], [taken]), { start: [], again: next }],

  ['what was started is known from the job', outcome(cronJob({}, due), [job(0)]), { start: [], active: ['job-0'], last: ago(0) }],
  ['Allow lets them run side by side', outcome(cronJob({}, { ...due, active: [active(5)] }), [job(5)]), { start: [0], active: ['job-5'] }],
  [
    'Forbid waits',
    outcome(cronJob({ concurrencyPolicy: 'Forbid' }, { ...due, active: [active(5)] }), [job(5)]),
    { start: [], events: ['JobAlreadyActive'] },
  ],
  [
    'Replace deletes first',
    outcome(cronJob({ concurrencyPolicy: 'Replace' }, { ...due, active: [active(5)] }), [job(5)]),
    { start: [], delete: ['job-5'], active: [] },
  ],
  ['and starts then', outcome(cronJob({ concurrencyPolicy: 'Replace' }, due), []), { start: [0] }],
  [
    'a job that has ended is active no more',
    outcome(cronJob({ suspend: true }, { ...due, active: [active(5)] }), [job(5, 'Complete')]),
    { active: [], success: ago(290), events: ['SawCompletedJob'] },
  ],
  [
    'a job that is gone is missed',
    outcome(cronJob({ suspend: true }, { ...due, active: [active(5)] })),
    { active: [], events: ['MissingJob'] },
  ],
  [
    'a strange job is told of',
    outcome(cronJob({ suspend: true }, due), [job(5, undefined, { name: 'other' })]),
    { active: [], events: ['UnexpectedJob'] },
  ],
  [
    'the history keeps the last ones',
    outcome(cronJob({ suspend: true, successfulJobsHistoryLimit: 1 }), [
      job(15, 'Complete'),
      job(5, 'Complete'),
      job(10, 'Complete'),
      job(20, 'Failed'),
    ]),
    { delete: ['job-15', 'job-10'] },
  ],
]
for (const [rule, seen, wanted] of rows)
  test(rule, () => assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, seen[name as keyof typeof wanted]])), wanted))

test('the job says which run it is of, in the zone of the schedule', () => {
  const object = cronJob({ timeZone: 'Asia/Kolkata' }, due)
  const made = decide({ object, children: childrenOf([Job, []]), more: undefined, refusals: [], now: NOW }).create?.[0]?.object as Job
  assert.deepEqual(made.metadata.annotations, { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2030-01-01T05:30:00+05:30' })
  assert.deepEqual(made.metadata.labels, { from: 'cron' })
})
test('irregular schedules find their latest run', () => {
  const since = Date.parse('2029-01-01T00:00:00Z')
  assert.equal(dueOf({ schedule: '0,1 12 1 3 *', since }, NOW).at, Date.parse('2029-03-01T12:01:00Z'))
})
