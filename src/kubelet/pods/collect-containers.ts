/** Removes containers and sandboxes that have ended: of pods that live, those that are kept no longer; of pods that are over, all, when it is time. */
import { rm } from 'node:fs/promises'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodContext } from './context.ts'
import { type Leftovers, leftovers, remains } from './leftovers.ts'
import { removeSandbox } from './sandbox.ts'

/**
 * A pod that is over keeps its containers for who reads their logs, unless it was evicted, or everything that nobody needs must go.
 * What the API does not know yet to be over is not. Throws GrpcError.
 */
export async function collectContainers(context: PodContext, { isEverythingWanted = false } = {}): Promise<void> {
  const { observer, pods } = context
  await observer.refresh()
  for (const pod of pods()) {
    const seen = observer.pods.get(pod.metadata.uid ?? '')
    if (!seen) continue
    const isGiven = isTerminal(pod) && (isEverythingWanted || isEvicted(pod))
    await removePast(isGiven ? remains(seen) : leftovers(seen), context)
  }
}
const isEvicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted'

export async function removePast({ containers, sandboxes }: Leftovers, context: Pick<PodContext, 'runtime'>): Promise<void> {
  for (const { id, logPath } of containers) {
    await context.runtime.removeContainer({ containerId: id })
    if (logPath) await rm(logPath, { force: true })
  }
  for (const id of sandboxes) await removeSandbox(id, context)
}
/** So that a container that crashes again and again does not fill the disk. */
export async function forgetPast({ metadata: { uid = '' } }: Pod, context: PodContext): Promise<void> {
  await context.observer.refresh()
  const seen = context.observer.pods.get(uid)
  if (seen) await removePast(leftovers(seen), context)
}
