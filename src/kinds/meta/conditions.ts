/** Lists of conditions: finding one, and setting one so that its time says when its status last changed. */
import { formatSeconds } from '#base/rfc3339.ts'

/** What conditions of all kinds have in common. */
export interface ConditionView {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

export const conditionOf = <C extends ConditionView>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find(one => one.type === type)
export const isConditionTrue = (conditions: readonly ConditionView[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'True'

/** The list with one condition replaced or appended. `now` (milliseconds since the epoch) becomes its time when its status is another. */
export function withCondition<C extends ConditionView>(conditions: readonly C[] | undefined, next: C, now: number): readonly C[] {
  const known = conditionOf(conditions, next.type)
  const lastTransitionTime =
    known?.status === next.status && known.lastTransitionTime ? known.lastTransitionTime : formatSeconds(Math.floor(now / 1000))
  const dated = { ...next, lastTransitionTime }
  return known ? (conditions ?? []).map(one => (one === known ? dated : one)) : [...(conditions ?? []), dated]
}
