/** What a scheduling plugin is: it rules nodes out, or it says how good they are. */
import type { Pod } from '#kinds/core/pod.ts'
import type { NodeInfo } from './snapshot.ts'

export interface Plugin {
  /** Upstream's name: `NodeResourcesFit`. */
  readonly name: string
  /** Why the pod cannot run there, in upstream's words; empty when it can. */
  readonly filter?: (pod: Pod, info: NodeInfo) => readonly string[]
  /** From 0 to 100, higher is better. */
  readonly score?: (pod: Pod, info: NodeInfo) => number
  /** Brings raw scores of all nodes into 0 to 100. */
  readonly normalize?: (scores: readonly number[]) => readonly number[]
  readonly weight?: number
}
export const SCORE_MAX = 100

/** The highest becomes 100, the others in proportion; `reverse` turns it round. Upstream: helper.DefaultNormalizeScore. */
export function inProportion(scores: readonly number[], reverse = false): readonly number[] {
  const highest = Math.max(0, ...scores)
  if (highest === 0) return scores.map(() => (reverse ? SCORE_MAX : 0))
  return scores.map(score => {
    const scaled = Math.floor((SCORE_MAX * score) / highest)
    return reverse ? SCORE_MAX - scaled : scaled
  })
}
