/** The pods of one node that would have to go to make room for a more important one: as few and as unimportant as can be. */
import type { Pod } from '#kinds/core/pod.ts'
import type { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { isEmptySelector, selects } from '#kinds/meta/selecting.ts'
import type { Judge } from './cycle.ts'
import { type NodeInfo, nodeName, priorityOf, withPods } from './snapshot.ts'

export interface Victims {
  readonly node: string
  /** The most important first; at least one. */
  readonly pods: readonly Pod[]
  /** How many of them a disruption budget would keep. */
  readonly violations: number
}
/** Upstream's words for a node on which nobody is less important. */
const NOBODY = 'No preemption victims found for incoming pod'

/** The victims, or why evicting everybody less important would not help. Upstream: DefaultPreemption, SelectVictimsOnNode. */
export function victimsOn(
  pod: Pod,
  info: NodeInfo,
  { judge, budgets }: { readonly judge: Judge; readonly budgets: readonly PodDisruptionBudget[] },
): Victims | readonly string[] {
  const possible = info.pods.filter(other => priorityOf(other) < priorityOf(pod)).toSorted(byImportance)
  if (!possible.length) return [NOBODY]
  let kept = withPods(
    info,
    info.pods.filter(other => !possible.includes(other)),
  )
  const hindrance = judge(kept, possible)
  if (hindrance) return hindrance.reasons
  const [guarded, others] = guardedBy(budgets, possible)
  const gone = new Set(possible)
  for (const candidate of [...guarded, ...others]) {
    const fuller = withPods(info, [...kept.pods, candidate])
    gone.delete(candidate)
    if (judge(fuller, [...gone])) gone.add(candidate)
    else kept = fuller
  }
  const pods = possible.filter(each => gone.has(each))
  if (!pods.length) return [NOBODY]
  return { node: nodeName(info), pods, violations: guarded.filter(each => gone.has(each)).length }
}

/** Those who have not begun yet count as if they did now. */
export const startedAt = ({ status }: Pod): number => (status.startTime ? Date.parse(status.startTime) : Infinity)
/** The more important first: of higher priority, then longer at work. */
const byImportance = (a: Pod, b: Pod) => priorityOf(b) - priorityOf(a) || (startedAt(a) < startedAt(b) ? -1 : 1)

/** Pods that a budget keeps, and the others. Pods count against a budget in their order, as far as it allows. */
function guardedBy(
  budgets: readonly PodDisruptionBudget[],
  pods: readonly Pod[],
): readonly [guarded: readonly Pod[], others: readonly Pod[]] {
  const left = budgets.map(({ status }) => status.disruptionsAllowed)
  const isGuarded = ({ metadata }: Pod) => {
    let guarded = false
    // Upstream does not even look at budgets then, though some selectors would mean the pod.
    if (!Object.keys(metadata.labels ?? {}).length) return false
    for (const [i, budget] of budgets.entries()) {
      const { selector } = budget.spec
      if (budget.metadata.namespace !== metadata.namespace || isEmptySelector(selector) || !selects(selector, metadata.labels)) continue
      // Its eviction was granted before, and has been subtracted.
      if (budget.status.disruptedPods?.[metadata.name as string]) continue
      const now = (left[i] ?? 0) - 1
      left[i] = now
      if (now < 0) guarded = true
    }
    return guarded
  }
  const verdicts = new Map(pods.map(pod => [pod, isGuarded(pod)]))
  return [pods.filter(pod => verdicts.get(pod)), pods.filter(pod => !verdicts.get(pod))]
}
