/** What drivers offer, so that a node's share of it is found without a look at all of it. */
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'

export interface SliceIndex {
  readonly onNode: ReadonlyMap<string, readonly ResourceSlice[]>
  /** Those of no single node, and counters, which are needed wherever their pool is. */
  readonly anywhere: readonly ResourceSlice[]
  /** By driver and pool. */
  readonly inPool: ReadonlyMap<string, readonly ResourceSlice[]>
}
export const poolKey = ({ spec }: ResourceSlice): string => `${spec.driver}/${spec.pool.name}`

const known = new WeakMap<readonly ResourceSlice[], SliceIndex>()
export function indexOf(slices: readonly ResourceSlice[]): SliceIndex {
  const before = known.get(slices)
  if (before) return before
  const isOnNode = ({ spec }: ResourceSlice) => Boolean(spec.nodeName) && !spec.sharedCounters?.length
  const made = {
    onNode: Map.groupBy(slices.filter(isOnNode), ({ spec }) => spec.nodeName as string),
    anywhere: slices.filter(slice => !isOnNode(slice)),
    inPool: Map.groupBy(slices, poolKey),
  }
  known.set(slices, made)
  return made
}
