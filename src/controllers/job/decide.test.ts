/** What is seen → what is decided, for jobs. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, type Plan } from '#client/plan.ts'
import { Job } from '#kinds/batch/job.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ago, NOW, podOf, type PodTraits, stored, TEMPLATE } from '#test/support/workloads.ts'
import { decide } from './decide.ts'
import { FAILURES, COMPLETION_INDEX as INDEX, TRACKING } from './facts.ts'
import { indexesText, parseIndexes } from './indexes.ts'

const template = { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never' } }
const job = (spec: object = {}, status: object = {}, metadata: object = {}) =>
  stored(Job, {
    metadata: { name: 'pi', namespace: 'default', uid: 'j', ...metadata },
    spec: { template, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: { startTime: ago(60), ...status },
  })
interface Traits extends PodTraits {
  readonly index?: number
  readonly failures?: number
  readonly isCounted?: boolean
  readonly code?: number
  /** Seconds since it ended. */
  readonly ended?: number
}
/** A pod of the job that waits to be counted unless it says otherwise. */
const pod = (name: string, { index, failures, isCounted, code, ended = 3_000, ...traits }: Traits = {}) =>
  podOf(name, {
    ...(!isCounted && { finalizers: [TRACKING] }),
    annotations: {
      ...(index !== undefined && { [INDEX]: String(index) }),
      ...(failures !== undefined && { [FAILURES]: String(failures) }),
    },
    ...traits,
    status: {
      ...((traits.phase === 'Failed' || traits.phase === 'Succeeded') && {
        containerStatuses: [
          {
            name: 'c',
            ready: false,
            restartCount: 0,
            image: '',
            imageID: '',
            state: { terminated: { exitCode: code ?? (traits.phase === 'Failed' ? 1 : 0), finishedAt: ago(ended) } },
          },
        ],
      }),
      ...traits.status,
    },
  })
const failed = (name: string, traits: Traits = {}) => pod(name, { phase: 'Failed', ...traits })
const succeeded = (name: string, traits: Traits = {}) => pod(name, { phase: 'Succeeded', ...traits })

interface Status {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[]
  readonly [name: string]: unknown
}
const names = (steps: Plan<Job>['delete']) => (steps ?? []).map(({ object }) => object.metadata.name)
function outcome(object: Job, ...pods: Pod[]) {
  const plan = decide({ object, children: childrenOf([Pod, pods]), more: undefined, refusals: [], now: NOW })
  const status = (plan.status ?? { conditions: [] }) as Status
  return {
    create: plan.create?.length ?? 0,
    indexes: (plan.create ?? []).map(({ object }) => Number((object as Pod).metadata.annotations?.[INDEX])),
    remove: names(plan.delete),
    release: names(plan.update),
    conditions: status.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    uncounted: status['uncountedTerminatedPods'],
    counts: `${status['active'] as number}/${status['succeeded'] as number}/${status['failed'] as number}`,
    completed: status['completedIndexes'],
    lost: status['failedIndexes'],
    again: plan.lookAgainMs,
    events: (plan.events ?? []).map(({ reason }) => reason),
    plan,
  }
}
const ended = (name: string, seconds: number) => ({
  name,
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
  state: { terminated: { exitCode: 1, finishedAt: ago(seconds) } },
})
const none = { succeeded: [], failed: [] }
const reached = { conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message: 'm' }] }
const enough = { conditions: [{ type: 'SuccessCriteriaMet', status: 'True', reason: 'SuccessPolicy', message: 'm' }] }
const target = { conditions: [{ type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded', message: 'm' }] }
const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3 }
const perIndex = { ...indexed, backoffLimitPerIndex: 1 }
const onCode = (action: string) => ({ podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }] } })
const onDisruption = {
  podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
}
const disrupted = { status: { conditions: [{ type: 'DisruptionTarget', status: 'True' }] } }

type Outcome = Partial<Omit<ReturnType<typeof outcome>, 'plan'>>
const rows: readonly [rule: string, seen: ReturnType<typeof outcome>, wanted: Outcome][] = [
  ['makes as many pods as may run side by side', outcome(job({ parallelism: 2, completions: 5 })), { create: 2, counts: '2/0/0' }],
  ['makes no more than successes are missing', outcome(job({ parallelism: 5, completions: 2 }), succeeded('a')), { create: 1 }],
  [
    'gives up pods beyond parallelism, which are not counted',
    outcome(job({ parallelism: 1, completions: 5 }), pod('a', { ready: 9 }), pod('b')),
    { remove: ['b'], release: ['b'], counts: '1/0/0' },
  ],
  [
    'without completions, one success ends the making',
    outcome(job({ parallelism: 3 }), succeeded('a'), pod('b')),
    { create: 0, conditions: [] },
  ],

  [
    'a pod that has succeeded is noted first',
    outcome(job(), succeeded('a')),
    {
      uncounted: { succeeded: ['uid-a'], failed: [] },
      release: [],
      counts: '0/0/0',
      conditions: ['SuccessCriteriaMet True CompletionsReached'],
    },
  ],
  [
    'then let go',
    outcome(job({}, { ...reached, uncountedTerminatedPods: { succeeded: ['uid-a'] } }), succeeded('a')),
    { release: ['a'], counts: '0/0/0', events: [] },
  ],
  [
    'then counted, and the job is complete',
    outcome(job({}, { ...reached, uncountedTerminatedPods: { succeeded: ['uid-a'] } }), succeeded('a', { isCounted: true })),
    {
      release: [],
      counts: '0/1/0',
      uncounted: none,
      conditions: ['SuccessCriteriaMet True CompletionsReached', 'Complete True CompletionsReached'],
      events: ['Completed'],
    },
  ],
  [
    'is counted once, whatever the crash',
    outcome(job({ completions: 2 }, { succeeded: 1 }), succeeded('a', { isCounted: true })),
    { counts: '1/1/0', uncounted: none },
  ],
  [
    'what was noted as failed has failed, whatever the pod says later',
    outcome(job({ completions: 2 }, { uncountedTerminatedPods: { failed: ['uid-a'] } }), succeeded('a')),
    { release: ['a'], counts: '1/0/0', uncounted: { succeeded: [], failed: ['uid-a'] } },
  ],
  [
    'of a job that goes, running pods that go are let go uncounted',
    outcome(job({ podReplacementPolicy: 'Failed' }, {}, { deletionTimestamp: ago(1) }), pod('a', { isTerminating: true })),
    { release: ['a'], uncounted: none, create: 0 },
  ],
  [
    'a pod that is gone is counted from the note',
    outcome(job({ completions: 2 }, { uncountedTerminatedPods: { failed: ['uid-x'] } })),
    { counts: '1/0/1', uncounted: none },
  ],
  [
    'a finished job is left alone',
    outcome(job({}, { conditions: [{ type: 'Complete', status: 'True' }] }), pod('a')),
    { create: 0, remove: [], counts: 'undefined/undefined/undefined' },
  ],
  ['who is managed by others is left alone', outcome(job({ managedBy: 'example.com/x' })), { create: 0 }],

  ['waits ten seconds after a failure', outcome(job(), failed('a', { ended: 4 })), { create: 0, again: 6_000 }],
  ['and twice as long after the next', outcome(job(), failed('a', { ended: 30 }), failed('b', { ended: 5 })), { create: 0, again: 15_000 }],
  ['a success ends the waiting', outcome(job({ completions: 3 }), failed('a', { ended: 30 }), succeeded('b', { ended: 1 })), { create: 1 }],
  [
    'a failure too many ends the job',
    outcome(job({ backoffLimit: 1, parallelism: 3, completions: 3 }), failed('a'), failed('b'), pod('c')),
    { remove: ['c'], release: [], conditions: ['FailureTarget True BackoffLimitExceeded'] },
  ],
  [
    'so do restarts in place',
    outcome(
      job({ backoffLimit: 2, template: { ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } } }),
      pod('a', { restarts: 2 }),
    ),
    { remove: ['a'], conditions: ['FailureTarget True BackoffLimitExceeded'] },
  ],
  [
    'a failing job waits for its last pod',
    outcome(job({}, target), pod('a', { isTerminating: true })),
    { conditions: ['FailureTarget True BackoffLimitExceeded'], uncounted: { succeeded: [], failed: ['uid-a'] } },
  ],
  [
    'and then has failed',
    outcome(job({}, target), failed('a', { isCounted: true })),
    { conditions: ['FailureTarget True BackoffLimitExceeded', 'Failed True BackoffLimitExceeded'], events: ['BackoffLimitExceeded'] },
  ],
  [
    'a job may be too long on its way',
    outcome(job({ activeDeadlineSeconds: 60 }), pod('a')),
    { remove: ['a'], conditions: ['FailureTarget True DeadlineExceeded'] },
  ],
  ['and looks when it would be', outcome(job({ activeDeadlineSeconds: 90 }), pod('a')), { remove: [], again: 30_000 }],

  [
    'a suspended job gives its pods up',
    outcome(job({ suspend: true }), pod('a')),
    { remove: ['a'], release: ['a'], conditions: ['Suspended True JobSuspended'], events: ['Suspended'] },
  ],
  [
    'a resumed one makes them again',
    outcome(job({}, { conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }] })),
    { create: 1, conditions: ['Suspended False JobResumed'], events: ['Resumed'] },
  ],
  [
    'a terminating pod is replaced at once',
    outcome(job({ backoffLimit: 6 }), pod('a', { isTerminating: true, status: { conditions: [] }, age: 3_000 })),
    { uncounted: { succeeded: [], failed: ['uid-a'] } },
  ],
  [
    'unless only failed ones are replaced',
    outcome(job({ podReplacementPolicy: 'Failed' }), pod('a', { isTerminating: true })),
    { create: 0, uncounted: none },
  ],
  ['an adopted pod is tracked', outcome(job(), pod('a', { isCounted: true })), { release: ['a'], create: 0 }],

  ['indexed pods get the lowest free indexes', outcome(job(indexed), pod('a', { index: 1 })), { indexes: [0, 2] }],
  ['an index runs once', outcome(job(indexed), pod('a', { index: 1, ready: 9 }), pod('b', { index: 1 })), { remove: ['b'] }],
  ['a pod without index goes', outcome(job(indexed), pod('a')), { remove: ['a'] }],
  [
    'indexes that have succeeded are told',
    outcome(job(indexed, { completedIndexes: '0' }), succeeded('a', { index: 1 })),
    { completed: '0,1', counts: '1/2/0', release: [] },
  ],
  ['and their pods then let go', outcome(job(indexed, { completedIndexes: '0,1' }), succeeded('a', { index: 1 })), { release: ['a'] }],
  [
    'an index that has failed often enough is lost',
    outcome(job(perIndex), failed('a', { index: 0, failures: 1 })),
    { lost: '0', indexes: [1, 2] },
  ],
  [
    'one that has not waits for itself alone, and keeps its pod',
    outcome(job(perIndex), failed('a', { index: 0, failures: 0, ended: 4 })),
    { lost: '', indexes: [1, 2], again: 6_000, uncounted: none },
  ],
  [
    'when all indexes have ended, lost ones fail the job',
    outcome(job({ ...perIndex, completions: 2 }, { completedIndexes: '1' }), failed('a', { index: 0, failures: 1 })),
    { conditions: ['FailureTarget True FailedIndexes'] },
  ],
  [
    'so do too many',
    outcome(job({ ...perIndex, maxFailedIndexes: 0 }), failed('a', { index: 0, failures: 1 })),
    { conditions: ['FailureTarget True MaxFailedIndexesExceeded'] },
  ],

  [
    'a rule lets the job fail at once',
    outcome(job(onCode('FailJob')), failed('a', { code: 42 })),
    { conditions: ['FailureTarget True PodFailurePolicy'] },
  ],
  [
    'a rule ignores a failure',
    outcome(job({ ...onDisruption, backoffLimit: 0 }), failed('a', disrupted)),
    { conditions: [], create: 1, release: ['a'], uncounted: none },
  ],
  [
    'a rule gives an index up',
    outcome(job({ ...perIndex, ...onCode('FailIndex') }), failed('a', { index: 0, failures: 0, code: 42 })),
    { lost: '0' },
  ],
  [
    'a success policy ends the job early',
    outcome(
      job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } }),
      succeeded('a', { index: 2 }),
      pod('b', { index: 0 }),
    ),
    { remove: ['b'], conditions: ['SuccessCriteriaMet True SuccessPolicy'] },
  ],
  [
    'whoever is given up for it has not failed',
    outcome(
      job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '0' }] } }, { ...enough, completedIndexes: '0' }),
      pod('b', { index: 1, isTerminating: true }),
    ),
    { release: ['b'], uncounted: none, counts: '0/1/0' },
  ],
  [
    'unless that was noted before',
    outcome(
      job(indexed, { ...enough, completedIndexes: '0', uncountedTerminatedPods: { failed: ['uid-b'] } }),
      pod('b', { index: 1, isTerminating: true, isCounted: true }),
    ),
    { uncounted: none, counts: '0/1/1' },
  ],
  [
    'a policy that names no index is never met',
    outcome(job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '' }] } }), pod('a', { index: 0 })),
    { remove: [], conditions: [] },
  ],
  [
    'a later rule counts as well',
    outcome(
      job({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '0' }, { succeededCount: 1 }] } }),
      succeeded('a', { index: 2 }),
    ),
    { conditions: ['SuccessCriteriaMet True SuccessPolicy'] },
  ],
  [
    'a sidecar ends last, and the pause begins then',
    outcome(
      job(),
      failed('a', {
        ended: 30,
        spec: { initContainers: [{ name: 's', image: 'i', restartPolicy: 'Always' }] },
        status: {
          containerStatuses: [ended('c', 30)],
          initContainerStatuses: [ended('s', 4)],
        },
      }),
    ),
    { create: 0, again: 6_000 },
  ],
]
for (const [rule, seen, wanted] of rows)
  test(rule, () => assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, seen[name as keyof Outcome]])), wanted))

test('a pod of an index is known by it in every way', () => {
  const { plan } = outcome(job({ ...perIndex, completions: 1, parallelism: 1 }), failed('a', { index: 0, failures: 0 }))
  const made = plan.create?.[0]?.object
  assert(made)
  const { metadata, spec } = made as Pod
  assert.equal(metadata.generateName, 'pi-0-')
  assert.equal(spec.hostname, 'pi-0')
  assert.equal(metadata.labels?.[INDEX], '0')
  assert.equal(metadata.annotations?.[FAILURES], '1')
  assert.deepEqual(metadata.finalizers, [TRACKING])
  assert.equal(spec.containers[0]?.env?.[0]?.valueFrom?.fieldRef?.fieldPath, `metadata.labels['${INDEX}']`)
})
test('indexes are written as ranges, and read again', () => {
  const text = '0,2,3,5-8'
  assert.equal(indexesText(parseIndexes(text, 100)), text)
  assert.deepEqual([...parseIndexes('1,x,3-9', 5)], [1, 3, 4])
})
