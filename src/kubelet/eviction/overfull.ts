/** Evicts the pods that keep more on the disk of the node than they may. Upstream: eviction_manager.go, localStorageEviction. */
import { isCritical, isTerminal } from '#kinds/core/pod/facts.ts'
import { type PodContext, recordOf } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'
import { localUse } from './local-use.ts'
import { isLimited, overuse } from './storage-limits.ts'

/** Grace of a pod that harms the node. Upstream: immediateEvictionGracePeriodSeconds. */
const GRACE_SECONDS = 1

/** Throws GrpcError. */
export async function evictOverfull(
  workers: PodWorkers,
  context: PodContext,
  { isImageDiskDedicated }: { readonly isImageDiskDedicated: boolean },
): Promise<void> {
  const bounded = workers.pods.filter(pod => !isTerminal(pod) && !pod.metadata.deletionTimestamp && !isCritical(pod) && isLimited(pod))
  if (bounded.length === 0) return
  const usages = await context.usage.containers(context)
  for (const pod of bounded) {
    const worker = workers.worker(pod.metadata.uid ?? '')
    if (!worker || worker.isSentenced) continue
    const message = overuse(pod, await localUse(pod, usages, context), { isImageDiskDedicated })
    if (message === undefined) continue
    recordOf(context, pod)('Warning', 'Evicted', message)
    worker.end({ graceSeconds: GRACE_SECONDS, verdict: { reason: 'Evicted', message } })
  }
}
