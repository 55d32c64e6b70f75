/** Counts each pod of a job exactly once, whatever happens in between (KEP-2307). Upstream: trackJobStatusAndRemoveFinalizers. */
import type { Update } from '#client/plan.ts'
import type { Job } from '#kinds/batch/job.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { Census } from './census.ts'
import { indexOf, isFailed, isIndexed, isSucceeded, isTracked, isValid, TRACKING } from './facts.ts'
import { meaningOf } from './failure-policy.ts'
import { parseIndexes } from './indexes.ts'
import type { Verdict } from './verdict.ts'

/** So that the UIDs in a status stay below 20 KB (upstream: MaxUncountedPods). */
const UNCOUNTED_MAX = 500

export interface Tracking {
  readonly succeeded: number
  readonly failed: number
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] }
  /** Pods whose outcome the status tells already, and which may therefore go. */
  readonly release: readonly Update<Pod>[]
  /** Whether no pod waits to be counted or let go. */
  readonly isSettled: boolean
}

/**
 * A pod goes through three looks, each of which may be the last before a crash:
 *
 * | the pod has ended (or the job, and the pod is going) | then |
 * |---|---|
 * | the status does not tell of it | its UID is written there, or its index |
 * | the status as stored tells of it | its finalizer is removed |
 * | its UID is in the status, and no pod with a finalizer has it | it is counted, and the UID removed |
 */
export function track(job: Job, census: Census, verdict: Verdict | undefined): Tracking {
  const { status } = job
  const known = { succeeded: status.uncountedTerminatedPods?.succeeded ?? [], failed: status.uncountedTerminatedPods?.failed ?? [] }
  const tracked = census.pods.filter(isTracked)
  const held = new Set(tracked.map(({ metadata }) => metadata.uid as string))
  const left = { succeeded: known.succeeded.filter(uid => held.has(uid)), failed: known.failed.filter(uid => held.has(uid)) }
  const fresh: { succeeded: string[]; failed: string[] } = { succeeded: [], failed: [] }
  const completed = parseIndexes(status.completedIndexes, job.spec.completions ?? 0)
  const release: Update<Pod>[] = []
  let isSettled = true
  for (const pod of tracked) {
    const outcome = outcomeOf(pod, job, { census, verdict })
    if (!outcome) continue
    isSettled = false
    const uid = pod.metadata.uid as string
    const isTold =
      outcome === 'uncounted' ||
      known.succeeded.includes(uid) ||
      known.failed.includes(uid) ||
      (outcome === 'succeeded' && isIndexed(job) && completed.has(indexOf(pod, job) as number))
    if (isTold) release.push({ kind: Pod, object: withoutFinalizer(pod) })
    else if (outcome === 'failed' || !isIndexed(job)) {
      if (left.succeeded.length + left.failed.length + fresh.succeeded.length + fresh.failed.length < UNCOUNTED_MAX)
        fresh[outcome].push(uid)
    }
  }
  return {
    succeeded: isIndexed(job) ? census.succeededIndexes.size : (status.succeeded ?? 0) + known.succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + known.failed.length - left.failed.length,
    uncounted: { succeeded: [...left.succeeded, ...fresh.succeeded], failed: [...left.failed, ...fresh.failed] },
    release: mayRelease(job, verdict) ? release.slice(0, UNCOUNTED_MAX) : [],
    isSettled,
  }
}

/** The verdict is stored before the pods go on which it rests. */
const mayRelease = (job: Job, verdict: Verdict | undefined) => !verdict || isStored(job, verdict)
const isStored = ({ status }: Job, verdict: Verdict) =>
  (status.conditions ?? []).some(({ type, status }) => type === verdict.type && status === 'True')

/** How the pod is counted; undefined while it is to be kept. */
function outcomeOf(
  pod: Pod,
  job: Job,
  { census, verdict }: { readonly census: Census; readonly verdict: Verdict | undefined },
): 'succeeded' | 'failed' | 'uncounted' | undefined {
  const failed = isFailed(pod, job)
  const index = indexOf(pod, job)
  if (failed && index !== undefined && !verdict && census.delayed.get(index) === pod) return undefined
  const isOver =
    failed || isTerminal(pod) || (isTerminating(pod) && (verdict !== undefined || job.metadata.deletionTimestamp !== undefined))
  if (!isOver) return undefined
  if (!isValid(pod, job)) return 'uncounted'
  // Given up because the others were enough: no failure, unless it was noted as one before.
  if (!isTerminal(pod) && verdict?.type === 'SuccessCriteriaMet' && isStored(job, verdict)) return 'uncounted'
  if (isSucceeded(pod) && !job.status.uncountedTerminatedPods?.failed?.includes(pod.metadata.uid as string)) return 'succeeded'
  if (!failed && verdict?.type !== 'FailureTarget') return 'uncounted'
  return meaningOf(pod, job).counts ? 'failed' : 'uncounted'
}
/** The pod as it may go. */
export const withoutFinalizer = ({ metadata, ...rest }: Pod): Pod => ({
  ...rest,
  metadata: { ...metadata, finalizers: (metadata.finalizers ?? []).filter(one => one !== TRACKING) },
})
