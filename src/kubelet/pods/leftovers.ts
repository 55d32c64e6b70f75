/** What of a pod's past is kept no longer. Reference: concepts, "Garbage collection", containers; upstream's kuberuntime_gc.go. */
import type { ObservedPod } from './observed.ts'

/** The present container and the one before: its end is told as the last state, and its log can still be read. Upstream: maxPerPodContainer 1. */
const CONTAINERS_PER_NAME = 2

export interface Leftovers {
  readonly containers: readonly { readonly id: string; readonly logPath: string }[]
  readonly sandboxes: readonly string[]
}
/** All but the newest two containers of each name, and sandboxes that hold none of those that stay. */
export const leftovers = (pod: ObservedPod): Leftovers => without(pod, { containersPerName: CONTAINERS_PER_NAME, sandboxes: 1 })
/** Of a pod that has ended, and of which the API knows how: everything. */
export const remains = (pod: ObservedPod): Leftovers => without(pod, { containersPerName: 0, sandboxes: 0 })

interface Kept {
  readonly containersPerName: number
  /** So many of the newest stay, dead and empty as they are: the next one counts on from them. */
  readonly sandboxes: number
}
function without({ containers, sandboxes }: ObservedPod, kept: Kept): Leftovers {
  const byName = Map.groupBy(containers, ({ name }) => name)
  const old = [...byName.values()].flatMap(ofName => ofName.slice(kept.containersPerName)).filter(({ phase }) => phase === 'exited')
  const gone = new Set(old.map(({ id }) => id))
  const used = new Set(containers.filter(({ id }) => !gone.has(id)).map(({ sandboxId }) => sandboxId))
  const unused = sandboxes.slice(kept.sandboxes).filter(({ id, isReady }) => !isReady && !used.has(id))
  return { containers: old.map(({ id, logPath }) => ({ id, logPath })), sandboxes: unused.map(({ id }) => id) }
}
