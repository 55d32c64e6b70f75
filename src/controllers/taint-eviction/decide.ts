/** Which pods a node's taints drive away, and when. Upstream: pkg/controller/tainteviction. */
import type { Note, Plan, Sight } from '#client/plan.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { tolerates } from '#kinds/core/tolerations.ts'
import { disruptionOf } from '../pods/disruption-target.ts'

/** A taint with effect NoExecute of the pod's node. */
export interface Driving {
  readonly key: string
  readonly value?: string
  /** Since when it is there, in milliseconds since the epoch. */
  readonly since: number
}

/**
 * | seen | decided |
 * |---|---|
 * | a taint that the pod does not tolerate | it goes at once |
 * | taints that it tolerates for a time | it goes when the first of these times is over |
 * | taints that it tolerates for ever, or none | it stays |
 */
export function decide({ object: pod, more: taints, now }: Sight<Pod, readonly Driving[]>): Plan<Pod> {
  if (isTerminating(pod) || isTerminal(pod) || taints.length === 0) return {}
  const dueMs = Math.min(...taints.map(taint => dueAt(pod, taint))) - now
  if (dueMs === Number.POSITIVE_INFINITY) return {}
  if (dueMs > 0) return { lookAgainMs: dueMs }
  const { namespace, name } = pod.metadata
  const note: Note = { type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${namespace}/${name}` }
  const target = disruptionOf(pod, { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }, now)
  return { update: target ? [target] : [], delete: [{ kind: Pod, object: pod, done: () => note }] }
}
function dueAt({ spec }: Pod, { key, value, since }: Driving): number {
  const taint = { key, effect: 'NoExecute' as const, ...(value !== undefined && { value }) }
  const answer = (spec.tolerations ?? []).find(toleration => tolerates(toleration, taint))
  if (!answer) return Number.NEGATIVE_INFINITY
  return answer.tolerationSeconds === undefined ? Number.POSITIVE_INFINITY : since + Math.max(0, answer.tolerationSeconds) * 1000
}
