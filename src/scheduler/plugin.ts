/** What a scheduling plugin is: it rules nodes out, or it says how good they are. */
import type { Pod } from '#kinds/core/pod.ts'
import type { NodeInfo, Snapshot } from './snapshot.ts'

/** Why the pod cannot run there, in upstream's words; empty when it can. With moves, `info` shows the node after them, the rest of the cluster is as it was. */
export type Filter = (pod: Pod, info: NodeInfo, moves?: Moves) => readonly string[]
/** What is imagined of one node: pods that are promised room there have come, and victims have gone. */
export interface Moves {
  readonly come: readonly Pod[]
  readonly gone: readonly Pod[]
}

export interface Plugin {
  /** Upstream's name: `NodeResourcesFit`. */
  readonly name: string
  /** Why the pod is not even looked at yet, without a word to anybody. Upstream: PreEnqueue. */
  readonly gates?: (pod: Pod, snapshot: Snapshot) => string | undefined
  /** Why the pod can run nowhere, whatever the node; asked first. Upstream: PreFilter. */
  readonly forbids?: (pod: Pod, snapshot: Snapshot) => string | undefined
  readonly filter?: Filter
  /** For plugins that look beyond the node: makes the filter, once per decision; nothing when every node will do, whatever is imagined. */
  readonly filterFor?: (pod: Pod, snapshot: Snapshot) => Filter | undefined
  /** The only nodes that come into question, where the pod names them; the others are not looked at. */
  readonly nodeNames?: (pod: Pod) => ReadonlySet<string> | undefined
  /** Whether the filter's no could become a yes by evicting pods from the node. Absent: it could. */
  readonly evictionHelps?: (pod: Pod, info: NodeInfo, reasons: readonly string[]) => boolean
  /** From 0 to 100, higher is better. */
  readonly score?: (pod: Pod, info: NodeInfo) => number
  /** Brings raw scores of all nodes into 0 to 100. */
  readonly normalize?: (scores: readonly number[]) => readonly number[]
  /** For plugins that look beyond the node: scores from 0 to 100 of all feasible nodes, in their order; nothing when all are alike. */
  readonly rank?: (pod: Pod, snapshot: Snapshot, feasible: readonly NodeInfo[]) => readonly number[] | undefined
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
