/** What of a pod's past is kept no longer: all but the newest two containers of each name, and sandboxes that hold none of them. */
import type { ObservedPod } from './observed.ts'

/** The present container and the one before: its end is told as the last state, and its log can still be read. */
const CONTAINERS_PER_NAME = 2

export interface Leftovers {
  readonly containers: readonly { readonly id: string; readonly logPath: string }[]
  readonly sandboxes: readonly string[]
}
export function leftovers({ containers, sandboxes }: ObservedPod): Leftovers {
  const byName = Map.groupBy(containers, ({ name }) => name)
  const old = [...byName.values()].flatMap(ofName => ofName.slice(CONTAINERS_PER_NAME)).filter(({ phase }) => phase === 'exited')
  const gone = new Set(old.map(({ id }) => id))
  const used = new Set(containers.filter(({ id }) => !gone.has(id)).map(({ sandboxId }) => sandboxId))
  const unused = sandboxes.slice(1).filter(({ id, isReady }) => !isReady && !used.has(id))
  return { containers: old.map(({ id, logPath }) => ({ id, logPath })), sandboxes: unused.map(({ id }) => id) }
}
