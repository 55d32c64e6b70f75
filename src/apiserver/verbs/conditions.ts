/** Conditions in a status: set by type, with the time of their last transition. */
import { timestamp } from '#base/clock.ts'

export interface Condition {
  readonly type: string
  readonly status: string
  /** Pods have it, null until somebody probes. */
  readonly lastProbeTime?: null
  readonly reason?: string
  readonly message?: string
  readonly observedGeneration?: number
  readonly lastTransitionTime?: string
}
/** The conditions with this one in its place; its time is kept when the status is the same. */
export function withCondition(conditions: readonly Condition[] | undefined, condition: Condition, nowMs: number): readonly Condition[] {
  const known = conditions?.find(({ type }) => type === condition.type)
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime : timestamp(nowMs)
  const next = { ...condition, ...(lastTransitionTime !== undefined && { lastTransitionTime }) }
  return known ? (conditions ?? []).map(one => (one === known ? next : one)) : [...(conditions ?? []), next]
}
