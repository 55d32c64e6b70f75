/** When pods that are ready now will have been ready for long enough. */
import { isAvailable, isReady, readySince } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** Milliseconds until the next pod becomes available, if any is still counting. */
export function nextAvailabilityMs(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  // Then whoever is ready is available.
  if (minReadySeconds === 0) return undefined
  const counting = pods.filter(pod => isReady(pod) && !isAvailable(pod, minReadySeconds, now))
  const due = counting.map(pod => (readySince(pod) ?? now) + minReadySeconds * 1000 - now)
  return due.length ? Math.max(1, Math.min(...due)) : undefined
}
