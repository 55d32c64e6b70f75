/** Which pods a node's taints drive away, and when. Upstream: pkg/controller/tainteviction. */
import type { Note, Plan, Sight } from '#client/plan.ts'
import { condition, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
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
/** What was meant before, and what is meant now: when the pod goes, in milliseconds since the epoch; absent: never. */
export interface Due {
  readonly before?: number
  readonly now?: number
}

/**
 * | seen | decided |
 * |---|---|
 * | a taint that the pod does not tolerate | it goes at once |
 * | taints that it tolerates for a time | it goes when the first of these times is over; they begin with the taint, or when the pod got its node |
 * | taints that it tolerates for ever, or none | it stays |
 *
 * What is once decided is never put off: only if the pod may stay for ever, it is taken back.
 */
export function dueAt(
  pod: Pod,
  taints: readonly Driving[],
  { before, at }: { readonly before?: number | undefined; readonly at: number },
): number | undefined {
  if (isTerminating(pod) || isTerminal(pod)) return undefined
  const due = Math.min(...taints.map(taint => endOf(pod, taint, at)))
  if (due === Number.POSITIVE_INFINITY) return undefined
  return before === undefined ? due : Math.min(before, due)
}
function endOf(pod: Pod, { key, value, since }: Driving, at: number): number {
  const taint = { key, effect: 'NoExecute' as const, ...(value !== undefined && { value }) }
  const answer = (pod.spec.tolerations ?? []).find(toleration => tolerates(toleration, taint))
  if (!answer) return Number.NEGATIVE_INFINITY
  if (answer.tolerationSeconds === undefined) return Number.POSITIVE_INFINITY
  // A clock that was set back must not make it wait for what lies ahead.
  return Math.min(at, Math.max(since, placedAt(pod))) + Math.max(0, answer.tolerationSeconds) * 1000
}
const placedAt = (pod: Pod) => Date.parse(condition(pod, 'PodScheduled')?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '') || 0

/** Tells when something that was meant is not to be any more, even if the pod now goes at once for another reason. */
export function decide({ object: pod, more: { before, now: due }, now }: Sight<Pod, Due>): Plan<Pod> {
  const events = before !== undefined && (due === undefined || due === Number.NEGATIVE_INFINITY) ? [takenBack(pod.metadata)] : []
  if (due === undefined) return { events }
  if (due > now) return { lookAgainMs: due - now }
  const { namespace, name } = pod.metadata
  const note: Note = { type: 'Normal', reason: REASON, message: `Marking for deletion Pod ${namespace}/${name}` }
  const target = disruptionOf(pod, { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }, now)
  return { events, update: target ? [target] : [], delete: [{ kind: Pod, object: pod, done: () => note }] }
}
const REASON = 'TaintManagerEviction'

export const takenBack = ({ namespace, name }: { readonly namespace?: string; readonly name?: string }): Note => ({
  type: 'Normal',
  reason: REASON,
  message: `Cancelling deletion of Pod ${namespace}/${name}`,
  about: { apiVersion: 'v1', kind: 'Pod', metadata: { ...(namespace && { namespace }), ...(name && { name }) } },
})
