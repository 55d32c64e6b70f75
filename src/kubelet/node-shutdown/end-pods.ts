/** Ends the pods of a node whose machine shuts down, the more important ones later. Reference: KEP-2000 and KEP-2712. */
import { wait } from '#base/clock.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { shutdownGroups, type ShutdownPeriods } from '../machine/shutdown-order.ts'
import type { PodContext } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'

/** Upstream: pkg/kubelet/nodeshutdown. */
const VERDICT = { reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' } as const
const LOOK_MS = 50

export interface EndPods {
  readonly workers: PodWorkers
  readonly context: Pick<PodContext, 'clock' | 'statuses'>
  /** Aborts when this process ends before the pods have. */
  readonly signal: AbortSignal
}
/** Resolves when all have ended and the API knows it, or their time is over. */
export async function endPods(periods: ShutdownPeriods, { workers, context, signal }: EndPods): Promise<void> {
  const { clock, statuses } = context
  const pods = workers.pods
    .filter(pod => !isTerminal(pod))
    .map(({ metadata: { uid = '' }, spec }) => ({
      uid,
      priority: spec.priority ?? 0,
      graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
    }))
  for (const { seconds, pods: group } of shutdownGroups(pods, periods)) {
    for (const { pod, seconds: graceSeconds } of group) workers.worker(pod.uid)?.end({ graceSeconds, verdict: VERDICT, isDisruption: true })
    const deadline = clock.now() + seconds * 1000
    const isOver = () => clock.now() >= deadline || signal.aborted
    while (!isOver() && !group.every(({ pod }) => workers.isGone(pod.uid))) await wait(clock, LOOK_MS, signal)
    const told = Promise.all(group.map(({ pod }) => statuses.flush(pod.uid)))
    await Promise.race([told, wait(clock, Math.max(0, deadline - clock.now()), signal)])
  }
}
