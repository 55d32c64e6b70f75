/** What a job does next: pods that it makes or gives up, pods that it has counted, and how far it has come. */
import { timestamp } from '#base/clock.ts'
import type { Note, Plan, Sight, Update } from '#client/plan.ts'
import type { Job, JobCondition, JobStatus } from '#kinds/batch/job.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { conditionOf } from '#kinds/meta/conditions.ts'
import { creationOf, deletionOf } from '../pods/steps.ts'
import { type Census, censusOf } from './census.ts'
import { countsPerIndex, isFinished, isIndexed, isManagedHere, isTracked, TRACKING } from './facts.ts'
import { indexesText } from './indexes.ts'
import { podsWanted, type Wanted } from './pods-wanted.ts'
import { type Tracking, track, withoutFinalizer } from './tracking.ts'
import { completion, deadlineMs, type Verdict, verdictOf } from './verdict.ts'

/**
 * | seen | decided |
 * |---|---|
 * | it is finished, or managed by somebody else | nothing |
 * | a verdict: the job has failed, or succeeded | active pods go; when the last is gone and counted, the job is finished |
 * | none | pods are made and given up as it takes (pods-wanted.ts) |
 * | suspend changes | condition Suspended; the clock of activeDeadlineSeconds begins anew |
 * | an active pod without finalizer, just adopted | it gets one |
 */
export function decide(sight: Sight<Job>): Plan<Job> {
  const { object: job, children, refusals, now } = sight
  if (isFinished(job) || !isManagedHere(job)) return {}
  const census = censusOf(job, children(Pod))
  const { active } = census
  const isResumed = !job.spec.suspend && conditionOf(job.status.conditions, 'Suspended')?.status === 'True'
  const startTime = isResumed || (!job.status.startTime && !job.spec.suspend) ? timestamp(now) : job.status.startTime
  const ended = verdictOf(job, census, { startTime, now })
  const isGoing = job.metadata.deletionTimestamp !== undefined
  const wanted: Wanted = ended ? { create: [], remove: active } : isGoing ? { create: [], remove: [] } : podsWanted(job, census, now)
  const left = active.length - wanted.remove.length
  const verdict = ended ?? completion(job, census, left + wanted.create.length)
  const tracking = track(job, census, verdict)
  const { conditions, events } = conditionsOf(job, { verdict, tracking, census, now })
  const isComplete = conditions.some(({ type, status }) => type === 'Complete' && status === 'True')
  const again = [wanted.againMs, verdict ? undefined : deadlineMs(job, startTime, now)].filter(ms => ms !== undefined)
  const expected = refusals.length ? 0 : wanted.create.length
  return {
    create: wanted.create.map(creationOf),
    update: [
      ...tracking.release,
      ...active.filter(pod => !isTracked(pod) && !wanted.remove.includes(pod)).map(adopted),
      // What the job gives up while it runs is no failure, and not counted.
      ...(ended ? [] : wanted.remove.filter(isTracked).map(pod => ({ kind: Pod, object: withoutFinalizer(pod) }))),
    ],
    delete: wanted.remove.map(deletionOf),
    status: {
      conditions,
      ...(startTime && { startTime }),
      ...(isComplete && { completionTime: timestamp(now) }),
      active: left + expected,
      ready: active.filter(pod => isReady(pod) && !wanted.remove.includes(pod)).length,
      terminating: census.terminating + wanted.remove.length,
      succeeded: tracking.succeeded,
      failed: tracking.failed,
      ...indexesOf(job, census),
      uncountedTerminatedPods: tracking.uncounted,
    } satisfies JobStatus,
    events,
    ...(again.length && { lookAgainMs: Math.max(1, Math.min(...again)) }),
  }
}
const adopted = ({ metadata, ...rest }: Pod): Update<Pod> => ({
  kind: Pod,
  object: { ...rest, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), TRACKING] } },
})
const indexesOf = (job: Job, { succeededIndexes, failedIndexes }: Census) =>
  isIndexed(job)
    ? {
        completedIndexes: indexesText(succeededIndexes),
        ...(countsPerIndex(job) && { failedIndexes: indexesText(failedIndexes ?? new Set()) }),
      }
    : {}

interface Standing {
  readonly verdict: Verdict | undefined
  readonly tracking: Tracking
  readonly census: Census
  readonly now: number
}
type Conditions = readonly JobCondition[]
function conditionsOf(job: Job, { verdict, tracking, census, now }: Standing): { conditions: Conditions; events: readonly Note[] } {
  const before = job.status.conditions ?? []
  if (!verdict) return suspension(job, before, now)
  const conditions = ensured(before, { ...verdict, status: 'True' }, now)
  // The end is told when nothing can change any more: all pods are counted, let go, and gone.
  const isStored = before.some(({ type, status }) => type === verdict.type && status === 'True')
  const { uncounted } = tracking
  const isOver = isStored && tracking.isSettled && uncounted.succeeded.length + uncounted.failed.length === 0
  if (!isOver || census.terminating > 0 || census.active.length > 0) return { conditions, events: [] }
  const isSuccess = verdict.type === 'SuccessCriteriaMet'
  const end = { ...verdict, type: isSuccess ? 'Complete' : 'Failed', status: 'True' } as const
  const event: Note = isSuccess
    ? { type: 'Normal', reason: 'Completed', message: 'Job completed' }
    : { type: 'Warning', reason: verdict.reason, message: verdict.message }
  return { conditions: ensured(conditions, end, now), events: [event] }
}

function suspension({ spec, metadata }: Job, before: Conditions, now: number): { conditions: Conditions; events: readonly Note[] } {
  const known = conditionOf(before, 'Suspended')
  const status = spec.suspend ? 'True' : 'False'
  // Who never was suspended does not say so.
  if (metadata.deletionTimestamp || (known?.status ?? 'False') === status) return { conditions: before, events: [] }
  const [reason, word] = spec.suspend ? ['JobSuspended', 'Suspended'] : ['JobResumed', 'Resumed']
  const message = spec.suspend ? 'Job suspended' : 'Job resumed'
  return {
    conditions: ensured(before, { type: 'Suspended', status, reason, message }, now),
    events: [{ type: 'Normal', reason: word, message }],
  }
}

type Finding = Pick<JobCondition, 'type' | 'status'> & { readonly reason: string; readonly message: string }
function ensured(conditions: Conditions, { type, status, reason, message }: Finding, now: number): Conditions {
  const known = conditionOf(conditions, type)
  if (known?.status === status && known.reason === reason && known.message === message) return conditions
  const at = timestamp(now)
  const next = { type, status, reason, message, lastProbeTime: at, lastTransitionTime: at }
  return known ? conditions.map(one => (one === known ? next : one)) : [...conditions, next]
}
