/** What the pods of a job add up to, together with what its status remembers of pods that are gone. */
import type { Job } from '#kinds/batch/job.ts'
import { isActive } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import {
  countIn,
  countsPerIndex,
  FAILURES,
  IGNORED_FAILURES,
  indexOf,
  isFailed,
  isGoing,
  isIndexed,
  isSucceeded,
  isTracked,
  isValid,
} from './facts.ts'
import { meaningOf } from './failure-policy.ts'
import { type Indexes, parseIndexes } from './indexes.ts'

export interface Census {
  readonly pods: readonly Pod[]
  readonly active: readonly Pod[]
  readonly terminating: number
  /** With those that the status does not count yet. */
  readonly succeeded: number
  readonly failed: number
  readonly succeededIndexes: Indexes
  /** Undefined where indexes have no limits of their own. */
  readonly failedIndexes: Indexes | undefined
  /** By index: failed pods that stay until they are replaced, because they carry the count of failures. */
  readonly delayed: ReadonlyMap<number, Pod>
}

export function censusOf(job: Job, pods: readonly Pod[]): Census {
  const { status } = job
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const completions = job.spec.completions ?? 0
  const active = pods.filter(isActive)
  const tracked = pods.filter(pod => isTracked(pod) && isValid(pod, job))
  const lost = tracked.filter(pod => isFailed(pod, job))
  const isNew = (known: readonly string[]) => (pod: Pod) => !known.includes(pod.metadata.uid as string)
  const won = tracked.filter(pod => isSucceeded(pod) && !failed.includes(pod.metadata.uid as string))
  const succeededIndexes = isIndexed(job)
    ? new Set([...parseIndexes(status.completedIndexes, completions), ...won.map(pod => indexOf(pod, job) as number)])
    : new Set<number>()
  const failedIndexes = countsPerIndex(job)
    ? new Set([
        ...parseIndexes(status.failedIndexes, completions),
        ...lost.filter(pod => endsIndex(pod, job)).map(pod => indexOf(pod, job) as number),
      ])
    : undefined
  return {
    pods,
    active,
    terminating: pods.filter(isGoing).length,
    succeeded: isIndexed(job) ? succeededIndexes.size : (status.succeeded ?? 0) + succeeded.length + won.filter(isNew(succeeded)).length,
    failed: (status.failed ?? 0) + failed.length + lost.filter(isNew(failed)).filter(pod => meaningOf(pod, job).counts).length,
    succeededIndexes,
    failedIndexes,
    delayed: failedIndexes ? delayedOf(job, { active, lost, settled: [succeededIndexes, failedIndexes] }) : new Map(),
  }
}

/** Whether this failure was one too many for its index. */
function endsIndex(pod: Pod, job: Job): boolean {
  const { counts, action } = meaningOf(pod, job)
  return action === 'FailIndex' || (counts && countIn(pod, FAILURES) >= (job.spec.backoffLimitPerIndex ?? 0))
}
export const failuresOf = (pod: Pod): number => countIn(pod, FAILURES) + countIn(pod, IGNORED_FAILURES)

interface Delay {
  readonly active: readonly Pod[]
  readonly lost: readonly Pod[]
  readonly settled: readonly Indexes[]
}
function delayedOf(job: Job, { active, lost, settled }: Delay): ReadonlyMap<number, Pod> {
  const running = new Set(active.map(pod => indexOf(pod, job)))
  const delayed = new Map<number, Pod>()
  for (const pod of lost) {
    const index = indexOf(pod, job) as number
    if (running.has(index) || settled.some(indexes => indexes.has(index))) continue
    const other = delayed.get(index)
    if (!other || failuresOf(other) <= failuresOf(pod)) delayed.set(index, pod)
  }
  return delayed
}
