/** In which order pods that wait for more are looked at: the first may take what is left. Pure. Upstream: sortPendingResizes. */
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isIncreasing } from './resize.ts'

export interface Waiting {
  /** As it wants to be. */
  readonly pod: Pod
  /** As it is. */
  readonly granted: Pod
  /** Since when it has been told to wait, in milliseconds since the epoch; undefined when it has not. */
  readonly since: number | undefined
}

/** Each line breaks the ties of the line above. */
export const compareWaiting = (a: Waiting, b: Waiting): number =>
  Number(isIncreasing(a.pod, a.granted)) - Number(isIncreasing(b.pod, b.granted)) ||
  (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0) ||
  Number(qosClass(b.pod.spec) === 'Guaranteed') - Number(qosClass(a.pod.spec) === 'Guaranteed') ||
  (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER)
