/** In which order the pods of a node that shuts down end, and how long each has. Reference: KEP-2000 and KEP-2712. */

/** So long have the pods from this priority up to that of the next period. */
export interface ShutdownPeriod {
  readonly priority: number
  readonly seconds: number
}
/** By rising priority; at least one. */
export type ShutdownPeriods = readonly [ShutdownPeriod, ...ShutdownPeriod[]]
export interface EndingPod {
  readonly priority: number
  /** What its specification gives it. */
  readonly graceSeconds: number
}
/** Pods that end together; the next group begins when all of them have, or their time is over. */
export interface ShutdownGroup<P extends EndingPod> {
  /** For all of them. */
  readonly seconds: number
  readonly pods: readonly { readonly pod: P; readonly seconds: number }[]
}

/** From here on pods are critical. Upstream: SystemCriticalPriority. */
const CRITICAL_PRIORITY = 2_000_000_000

/** Of a time for all pods that part which is kept for critical ones. Upstream: shutdownGracePeriod, shutdownGracePeriodCriticalPods. */
export const withCritical = (allSeconds: number, criticalSeconds: number): ShutdownPeriods => [
  { priority: 0, seconds: allSeconds - criticalSeconds },
  { priority: CRITICAL_PRIORITY, seconds: criticalSeconds },
]

/** The groups in their order: the more important later, so that what others need to end is still there. */
export function shutdownGroups<P extends EndingPod>(pods: readonly P[], periods: ShutdownPeriods): readonly ShutdownGroup<P>[] {
  const periodOf = ({ priority }: P) => periods.findLast(period => period.priority <= priority) ?? periods[0]
  return periods
    .map(period => ({
      seconds: period.seconds,
      pods: pods.filter(pod => periodOf(pod) === period).map(pod => ({ pod, seconds: Math.min(pod.graceSeconds, period.seconds) })),
    }))
    .filter(group => group.pods.length > 0)
}
