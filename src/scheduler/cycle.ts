/** One scheduling decision: where a pod goes, or why nowhere. Pure. */
import type { Pod } from '#kinds/core/pod.ts'
import type { Plugin } from './plugin.ts'
import type { NodeInfo } from './snapshot.ts'

export type Decision =
  | { readonly node: string }
  /** In upstream's words: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
  | { readonly node?: undefined; readonly message: string; readonly plugins: readonly string[] }

/** `chance` breaks ties between equally good nodes: a number from 0 up to 1. */
export function schedule(pod: Pod, nodes: readonly NodeInfo[], plugins: readonly Plugin[], chance: number): Decision {
  const verdicts = nodes.map(info => ({ info, verdict: verdictOf(pod, info, plugins) }))
  const feasible = verdicts.filter(({ verdict }) => verdict === undefined).map(({ info }) => info)
  if (feasible.length === 0) {
    const refused = verdicts.flatMap(({ verdict }) => verdict ?? [])
    return {
      message: unavailable(
        nodes.length,
        refused.flatMap(({ reasons }) => reasons),
      ),
      plugins: [...new Set(refused.map(({ plugin }) => plugin))],
    }
  }
  if (feasible.length === 1) return { node: nameOf(feasible[0] as NodeInfo) }
  const totals = totalScores(pod, feasible, plugins)
  const highest = Math.max(...totals)
  const best = feasible.filter((_, i) => totals[i] === highest)
  return { node: nameOf(best[Math.floor(chance * best.length)] as NodeInfo) }
}
const nameOf = ({ node }: NodeInfo) => node.metadata.name as string

/** The first plugin that rules the node out, with its reasons. */
function verdictOf(pod: Pod, info: NodeInfo, plugins: readonly Plugin[]) {
  for (const { name, filter } of plugins) {
    const reasons = filter?.(pod, info) ?? []
    if (reasons.length) return { plugin: name, reasons }
  }
  return undefined
}

function totalScores(pod: Pod, feasible: readonly NodeInfo[], plugins: readonly Plugin[]): readonly number[] {
  const totals = feasible.map(() => 0)
  for (const { score, normalize, weight = 1 } of plugins) {
    if (!score) continue
    const raw = feasible.map(info => score(pod, info))
    const scores = normalize ? normalize(raw) : raw
    scores.forEach((each, i) => (totals[i] = (totals[i] ?? 0) + weight * each))
  }
  return totals
}

/** Counts each reason. Upstream: framework, FitError.Error. */
export function unavailable(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted()
  return nodes === 0 ? 'no nodes available to schedule pods' : `0/${nodes} nodes are available: ${parts.join(', ')}.`
}
