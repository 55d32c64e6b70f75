/** Rules, defaults, generated labels and columns of jobs and cron jobs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Draft } from '#schema/vocabulary.ts'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { CronJob } from './cron-job.ts'
import { Job } from './job.ts'

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } }
const uid = 'a-b-c'
const generated = {
  'controller-uid': uid,
  'job-name': 'pi',
  'batch.kubernetes.io/controller-uid': uid,
  'batch.kubernetes.io/job-name': 'pi',
}
const job: Manifest = {
  metadata: { name: 'pi', namespace: 'default', uid },
  spec: {
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: { ...template, metadata: { labels: generated } },
  },
}
const cronJob: Manifest = {
  metadata: { name: 'tick', namespace: 'default' },
  spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template } } },
}
const indexed = { 'spec.completionMode': 'Indexed', 'spec.completions': 5 }
const failed = (rule: object) => ({ 'spec.podFailurePolicy': { rules: [rule] } })

for (const [rule, changes, expected] of [
  ['a plain job is fine', {}, []],
  [
    'pods end',
    { 'spec.template.spec.restartPolicy': undefined },
    ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  ],
  ['counts are not negative', { 'spec.parallelism': -1 }, ['spec.parallelism: Invalid value: -1: must be greater than or equal to 0']],
  [
    'indexes are counted',
    { 'spec.completionMode': 'Indexed', 'spec.parallelism': 1 },
    ['spec.completions: Required value: when completion mode is Indexed'],
  ],
  [
    'the last pod can have a host name',
    {
      ...indexed,
      'metadata.name': 'a.b',
      'spec.template.metadata.labels': { ...generated, 'job-name': 'a.b', 'batch.kubernetes.io/job-name': 'a.b' },
    },
    ['metadata.name: Invalid value: "a.b": will not able to create pod with invalid DNS label: a.b-4'],
  ],
  [
    'a rule for success asks for no more than its indexes',
    { ...indexed, 'spec.successPolicy': { rules: [{ succeededIndexes: '0-1', succeededCount: 3 }] } },
    [
      'spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
    ],
  ],
  [
    'limits per index need indexes',
    { 'spec.backoffLimitPerIndex': 1 },
    ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
  ],
  [
    'failed indexes are limited by index',
    { ...indexed, 'spec.maxFailedIndexes': 1 },
    ['spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified'],
  ],
  [
    'success policies need indexes',
    { 'spec.successPolicy': { rules: [{ succeededCount: 1 }] } },
    ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode'],
  ],
  [
    'indexes of a success policy exist',
    { ...indexed, 'spec.successPolicy': { rules: [{ succeededIndexes: '1-7' }] } },
    ['spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1-7": error parsing succeededIndexes: too large index: "7"'],
  ],
  [
    'a success policy asks for what can be',
    { ...indexed, 'spec.successPolicy': { rules: [{ succeededIndexes: '1-2', succeededCount: 3 }] } },
    [
      'spec.successPolicy.rules[0].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
    ],
  ],
  [
    'a failure rule matches something',
    failed({ action: 'FailJob' }),
    ['spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
  ],
  [
    'success is no failure',
    failed({ action: 'FailJob', onExitCodes: { operator: 'In', values: [0] } }),
    ['spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator'],
  ],
  [
    'a failure rule names a container of the pod',
    failed({ action: 'Ignore', onExitCodes: { containerName: 'x', operator: 'In', values: [1] } }),
    [
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template',
    ],
  ],
  [
    'a manager is named with its domain',
    { 'spec.managedBy': 'me' },
    ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    'generated labels stay',
    { 'spec.template.metadata.labels': { ...generated, 'job-name': 'e' } },
    [
      `spec.template.metadata.labels[job-name]: Invalid value: ${JSON.stringify({ 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': 'pi', 'controller-uid': uid, 'job-name': 'e' })}: must be 'pi'`,
    ],
  ],
  [
    'a selector by hand is allowed',
    { 'spec.manualSelector': true, 'spec.selector': { matchLabels: { a: 'b' } }, 'spec.template.metadata.labels': { a: 'b' } },
    [],
  ],
] as const)
  test(`Job: ${rule}`, () => assert.deepEqual(causes(Job, changed(job, changes)), expected))

const waiting = { 'spec.suspend': true }
const NOON = '2026-01-01T12:00:00Z'
const paused = { 'status.startTime': NOON, 'status.conditions': [{ type: 'Suspended', status: 'True' }] }
const asking = { 'spec.template.spec.containers.0.resources': { requests: { cpu: '1' } } }
const placed = { 'spec.template.spec.nodeSelector': { disk: 'ssd' } }
for (const [rule, before, changes, fields] of [
  ['parallelism may change', {}, { 'spec.parallelism': 3, 'spec.completions': 1 }, []],
  ['completions may not', {}, { 'spec.completions': 3 }, ['spec.completions']],
  ['but those of indexed jobs may, with the parallelism', { ...indexed }, { ...indexed, 'spec.completions': 3, 'spec.parallelism': 3 }, []],
  ['and not alone', { ...indexed }, { ...indexed, 'spec.completions': 3 }, ['spec.completions']],
  ['the template stays', {}, placed, ['spec.template']],
  ['the place of pods may change before they start', waiting, { ...waiting, ...placed }, []],
  ['nothing else of them may', waiting, { ...waiting, 'spec.template.spec.hostname': 'x' }, ['spec.template.spec']],
  ['what they ask for may as well', { ...waiting, ...paused }, { ...waiting, ...paused, ...asking }, []],
  [
    'not before the last pod is gone',
    { ...waiting, ...paused, 'status.active': 1 },
    { ...waiting, ...paused, ...asking },
    ['spec.template'],
  ],
  ['nor before the suspension is noticed', { ...waiting, 'status.startTime': NOON }, { ...waiting, ...asking }, ['spec.template']],
] as const)
  test(`Job update: ${rule}`, () =>
    assert.deepEqual(
      causes(Job, changed(job, changes), changed(job, before)).map(cause => cause.slice(0, cause.indexOf(':'))),
      fields,
    ))

test('Job: labels and selector are made on creation', () => {
  const made = prepared(Job, { metadata: { name: 'pi', uid }, spec: { template } })
  Job.options.onCreate?.(made as Draft<Job>, { now: 0, user: 'me', subresource: '' })
  assert.deepEqual(made.spec.template.metadata.labels, generated)
  assert.deepEqual(made.spec.selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } })
})

for (const [rule, changes, expected] of [
  [
    'one pod',
    {},
    {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    },
  ],
  ['a work queue', { 'spec.parallelism': 3 }, { completions: undefined, parallelism: 3 }],
  ['limits per index replace the common one', { ...indexed, 'spec.backoffLimitPerIndex': 1 }, { backoffLimit: 2_147_483_647 }],
  [
    'failure policies wait for the end',
    failed({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }),
    {
      podReplacementPolicy: 'Failed',
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
    },
  ],
] as const)
  test(`Job defaults: ${rule}`, () => {
    const { spec } = prepared(Job, changed(job, changes))
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(spec[name], value)
  })

for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'a schedule can be read',
    { 'spec.schedule': '* * * *' },
    ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
  ],
  [
    'a schedule names no zone',
    { 'spec.schedule': 'TZ=UTC * * * * *' },
    ['spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
  ],
  ['a zone exists', { 'spec.timeZone': 'Nowhere/Land' }, ['spec.timeZone: Invalid value: "Nowhere/Land": unknown time zone Nowhere/Land']],
  [
    'a zone is explicit',
    { 'spec.timeZone': 'local' },
    ['spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
  ],
  [
    'a name leaves room for a suffix',
    { 'metadata.name': 'a'.repeat(53) },
    [`metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`],
  ],
  [
    'the selector is made',
    { 'spec.jobTemplate.spec.selector': { matchLabels: { a: 'b' } } },
    ['spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated'],
  ],
] as const)
  test(`CronJob: ${rule}`, () => assert.deepEqual(causes(CronJob, changed(cronJob, changes)), expected))

test('CronJob defaults leave its jobs alone', () => {
  const { spec } = prepared(CronJob, cronJob)
  assert.deepEqual(
    { ...spec, jobTemplate: Object.keys(spec.jobTemplate.spec) },
    {
      schedule: '*/5 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      jobTemplate: ['template'],
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    },
  )
})

const START = Date.parse('2026-01-01T00:00:00Z')
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString().replace('.000', '')
for (const [rule, changes, expected] of [
  ['runs', { status: { startTime: at(0), active: 1 } }, ['Running', '0/1', '90s']],
  [
    'is complete',
    { status: { startTime: at(0), completionTime: at(30), succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } },
    ['Complete', '1/1', '30s'],
  ],
  ['waits', { status: { conditions: [{ type: 'Suspended', status: 'True' }] } }, ['Suspended', '0/1', '']],
  ['is a work queue', { 'spec.parallelism': 4, status: { succeeded: 2 } }, ['Running', '2/1 of 4', '']],
] as const)
  test(`Job columns: ${rule}`, () => {
    assert.deepEqual(Object.values(cells(Job, prepared(Job, changed(job, changes)), START + 90_000)).slice(0, 3), expected)
  })
test('CronJob columns', () => {
  const object = prepared(CronJob, changed(cronJob, { status: { lastScheduleTime: at(0) } }))
  assert.deepEqual(Object.values(cells(CronJob, object, START + 90_000)), [
    '*/5 * * * *',
    '<none>',
    'False',
    0,
    '90s',
    '<unknown>',
    'main',
    'busybox',
    '<none>',
  ])
})

for (const [seconds, expected] of [
  [10, []],
  [9, ['spec.startingDeadlineSeconds: with less than 10 seconds, a controller that is busy may never start a job']],
] as const)
  test(`a deadline of ${seconds} seconds for starting jobs`, () => {
    const object = prepared(CronJob, changed(cronJob, { 'spec.startingDeadlineSeconds': seconds }))
    assert.deepEqual(CronJob.options.warnings?.(object), expected)
  })
