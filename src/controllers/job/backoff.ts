/** How long a job waits after failures before it makes pods again. Upstream: pkg/controller/job/backoff_utils.go. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { finishedAt } from '../pods/ending.ts'
import { isSucceeded } from './facts.ts'

/** Upstream: DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff. */
const LIMITS: BackoffLimits = { firstMs: 10_000, maxMs: 600_000 }

/** Milliseconds still to wait, `failures` in a row having ended at `lastMs`. */
export const remainingMs = (failures: number, lastMs: number, now: number): number =>
  failures === 0 ? 0 : Math.max(0, lastMs + backoffMs(failures - 1, LIMITS) - now)

/** The same for a whole job: failures since the last success, of all pods that have ended. */
export function pauseMs(ended: readonly Pod[], now: number): number {
  const lastSuccess = Math.max(...ended.filter(isSucceeded).map(finishedAt), Number.NEGATIVE_INFINITY)
  const failures = ended
    .filter(pod => !isSucceeded(pod))
    .map(finishedAt)
    .filter(at => at > lastSuccess)
  return remainingMs(failures.length, Math.max(...failures, 0), now)
}
