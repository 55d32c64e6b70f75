/** In which order the pods of a node that shuts down end, and how long each has. Reference: KEP-2000. */

/** How long a shutdown takes at most, as the kubelet's configuration names it. */
export interface ShutdownPeriods {
  /** shutdownGracePeriod: for all pods together. */
  readonly allSeconds: number
  /** shutdownGracePeriodCriticalPods: the part of it that is kept for critical pods. */
  readonly criticalSeconds: number
}
export interface EndingPod {
  readonly priority: number
  /** What its specification gives it. */
  readonly graceSeconds: number
}
/** Pods that end together; the next group begins when all of them have, or their time is over. */
export type ShutdownGroup<P extends EndingPod> = readonly { readonly pod: P; readonly seconds: number }[]

/** From here on pods are critical. Upstream: SystemCriticalPriority. */
const CRITICAL_PRIORITY = 2_000_000_000

/** The groups in their order: critical pods last, so that what others need to end is still there. */
export function shutdownGroups<P extends EndingPod>(
  pods: readonly P[],
  { allSeconds, criticalSeconds }: ShutdownPeriods,
): readonly ShutdownGroup<P>[] {
  const isCritical = ({ priority }: P) => priority >= CRITICAL_PRIORITY
  const within = (periodSeconds: number) => (pod: P) => ({ pod, seconds: Math.min(pod.graceSeconds, periodSeconds) })
  const groups = [
    pods.filter(pod => !isCritical(pod)).map(within(allSeconds - criticalSeconds)),
    pods.filter(isCritical).map(within(criticalSeconds)),
  ]
  return groups.filter(group => group.length > 0)
}
