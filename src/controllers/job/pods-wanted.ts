/** Which pods a job makes and gives up while it runs. Upstream: manageJob. */
import type { Job } from '#kinds/batch/job.ts'
import { isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { finishedAt } from '../pods/ending.ts'
import type { NewPod } from '../pods/from-template.ts'
import { firstToGo } from '../replicaset/ranking.ts'
import { pauseMs, remainingMs } from './backoff.ts'
import { type Census, failuresOf } from './census.ts'
import { countsPerIndex, indexOf, isFailed, isGoing, isIndexed, isSucceeded, isTracked, replacesOnlyFailed } from './facts.ts'
import { newIndexedPod, newPod } from './new-pod.ts'

/** Upstream: MaxPodCreateDeletePerSync. */
const STEP_MAX = 500

export interface Wanted {
  readonly create: readonly NewPod[]
  readonly remove: readonly Pod[]
  /** When more can be made, in milliseconds. */
  readonly againMs?: number
}
const nothing: Wanted = { create: [], remove: [] }

/**
 * | seen | decided |
 * |---|---|
 * | suspended | all active pods go |
 * | several pods of an index, or without one | all but one go, or all |
 * | more active pods than parallelism, or than successes that are missing | the cheapest go |
 * | fewer | new ones, when the pause after the last failure is over |
 * | no completions given, and a success | nothing new: the others may end |
 */
export function podsWanted(job: Job, census: Census, now: number): Wanted {
  const { active, terminating, pods } = census
  if (job.spec.suspend) return { create: [], remove: active }
  const wanted = wantedActive(job, census)
  const remove = surplus(job, active, { count: active.length - wanted, now })
  // One thing at a time: the next look sees the effect.
  if (remove.length) return { create: [], remove: remove.slice(0, STEP_MAX) }
  const missing = Math.min(STEP_MAX, wanted - active.length - (replacesOnlyFailed(job) ? terminating : 0))
  if (missing <= 0) return nothing
  if (!countsPerIndex(job)) {
    const againMs = pauseMs(
      pods.filter(pod => isSucceeded(pod) || (isFailed(pod, job) && !wasGivenUp(pod))),
      now,
    )
    if (againMs > 0) return { ...nothing, againMs }
  }
  if (!isIndexed(job)) return { create: Array.from({ length: missing }, () => newPod(job)), remove: [] }
  return indexedPods(job, census, { missing, now })
}

/** The job took the pod away itself. */
const wasGivenUp = (pod: Pod) => isTerminating(pod) && !isTracked(pod)

function wantedActive({ spec }: Job, { active, succeeded }: Census): number {
  const { parallelism = 1, completions } = spec
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism
  return Math.max(0, Math.min(parallelism, completions - succeeded))
}

function surplus(job: Job, active: readonly Pod[], { count, now }: { readonly count: number; readonly now: number }): readonly Pod[] {
  const rank = (pods: readonly Pod[], count: number) => firstToGo(pods, count, { crowd: new Map(), now })
  if (!isIndexed(job)) return rank(active, count)
  const byIndex = Map.groupBy(active, pod => indexOf(pod, job))
  const needless = [...byIndex].flatMap(([index, pods]) => (index === undefined ? pods : rank(pods, pods.length - 1)))
  return [
    ...needless,
    ...rank(
      active.filter(pod => !needless.includes(pod)),
      count - needless.length,
    ),
  ]
}

/** The lowest free indexes; one that has failed waits until its own pause is over. */
function indexedPods(job: Job, census: Census, { missing, now }: { readonly missing: number; readonly now: number }): Wanted {
  const { active, pods, succeededIndexes, failedIndexes, delayed } = census
  const busy = [...active, ...(replacesOnlyFailed(job) ? pods.filter(isGoing) : [])].map(pod => indexOf(pod, job))
  const taken = new Set<number | undefined>([...succeededIndexes, ...(failedIndexes ?? []), ...busy])
  const free: number[] = []
  for (let index = 0; index < (job.spec.completions ?? 0) && free.length < missing; index++) if (!taken.has(index)) free.push(index)
  const pauses = new Map(free.map(index => [index, indexPauseMs(delayed.get(index), now)]))
  const waiting = [...pauses.values()].filter(ms => ms > 0)
  return {
    create: free.filter(index => pauses.get(index) === 0).map(index => newIndexedPod(job, index, delayed.get(index))),
    remove: [],
    ...(waiting.length && { againMs: Math.min(...waiting) }),
  }
}
const indexPauseMs = (pod: Pod | undefined, now: number) => (pod ? remainingMs(failuresOf(pod) + 1, finishedAt(pod), now) : 0)
