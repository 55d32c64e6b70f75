/** How often the pods of daemon sets failed on their nodes, so that a pod which its node refuses at once is made less and less often. Upstream: failedPodsBackoff. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'
import type { DaemonSet } from '#kinds/apps/daemon-set.ts'

/** Upstream's pauses: a second, doubled with each further failure, up to a quarter of an hour. */
const PAUSES: BackoffLimits = { firstMs: 1_000, maxMs: 15 * 60_000 }
/** After so long without a further failure a node's failures are forgotten. Upstream: twice the longest pause. */
const MEMORY_MS = 2 * PAUSES.maxMs

export interface Failure {
  readonly count: number
  /** When the last failed pod was deleted. */
  readonly at: number
}
/** By node. */
export type Failures = ReadonlyMap<string, Failure>

/** How long the pod that has failed stays, so that no other takes its place yet. */
export const pauseMs = (failure: Failure | undefined, now: number): number =>
  failure ? Math.max(0, failure.at + backoffMs(failure.count - 1, PAUSES) - now) : 0

/** The failures after failed pods on these nodes have been deleted. */
export function withFailures(before: Failures, nodes: readonly string[], now: number): Failures {
  const recent = [...before].filter(([, { at }]) => now - at <= MEMORY_MS)
  const after = new Map(recent)
  for (const node of nodes) after.set(node, { count: (after.get(node)?.count ?? 0) + 1, at: now })
  return after
}

/** The failures of all sets. They are kept in memory only, and anew for each generation of a set: what failed may have been mended. */
export function rememberFailures() {
  const bySet = new Map<string, { readonly key: string; readonly failures: Failures }>()
  const keyOf = ({ metadata, status }: DaemonSet) => `${metadata.uid} ${status.observedGeneration ?? 0}`
  const placeOf = ({ namespace, name }: { readonly namespace?: string | undefined; readonly name?: string | undefined }) =>
    `${namespace}/${name}`
  const of = (set: DaemonSet): Failures => {
    const known = bySet.get(placeOf(set.metadata))
    return known?.key === keyOf(set) ? known.failures : NONE
  }
  return {
    of,
    add(set: DaemonSet, nodes: readonly string[], now: number): void {
      if (nodes.length) bySet.set(placeOf(set.metadata), { key: keyOf(set), failures: withFailures(of(set), nodes, now) })
    },
    forget(set: { readonly namespace?: string | undefined; readonly name: string }): void {
      bySet.delete(placeOf(set))
    },
  }
}
export const NONE: Failures = new Map()
