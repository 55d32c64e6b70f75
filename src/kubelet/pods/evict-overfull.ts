/** Evicts the pods whose empty folders hold more than they may. */
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { diskUsage } from '../volumes/disk-usage.ts'
import { limitedVolumes, overflow } from '../volumes/size-limits.ts'
import { type PodContext, recordOf } from './context.ts'
import type { PodWorkers } from './workers.ts'

/** Grace of a pod that harms the node. Upstream: immediateEvictionGracePeriodSeconds. */
const GRACE_SECONDS = 1

export async function evictOverfull(workers: PodWorkers, context: PodContext): Promise<void> {
  for (const pod of workers.pods) {
    if (isTerminal(pod) || pod.metadata.deletionTimestamp || limitedVolumes(pod).length === 0) continue
    const message = overflow(pod, await usageOf(pod, context))
    if (message === undefined) continue
    recordOf(context, pod)('Warning', 'Evicted', message)
    workers.worker(pod.metadata.uid ?? '')?.end({ graceSeconds: GRACE_SECONDS, verdict: { reason: 'Evicted', message } })
  }
}

async function usageOf(pod: Pod, { volumes }: PodContext): Promise<ReadonlyMap<string, number>> {
  const paths = volumes.pathsOf(pod)
  const used = new Map<string, number>()
  for (const name of limitedVolumes(pod)) {
    const path = paths.get(name)
    if (path) used.set(name, (await diskUsage(path)).bytes)
  }
  return used
}
