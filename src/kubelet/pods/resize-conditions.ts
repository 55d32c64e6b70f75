/** How a resize stands: waiting for room, or under way; how that changes, and how the pod's status tells it. Pure. Upstream: pkg/kubelet/status. */
import { timestamp } from '#base/clock.ts'
import type { PodCondition, PodStatus } from '#kinds/core/pod-status.ts'

/** Times in milliseconds since the epoch. */
export interface Stage {
  readonly reason?: string
  readonly message?: string
  /** Of the pod that asked for it. */
  readonly generation: number
  /** Since when this reason holds. */
  readonly since: number
  readonly probedAt: number
}
export interface ResizeState {
  readonly pending?: Stage | undefined
  readonly progress?: Stage | undefined
}
const TYPES = { pending: 'PodResizePending', progress: 'PodResizeInProgress' } as const
export const RESIZE_CONDITIONS: readonly string[] = Object.values(TYPES)

/** The stage as it is from now on; one that is the same stays, so that nothing is told twice. */
export function stageAt(before: Stage | undefined, next: Omit<Stage, 'since' | 'probedAt'>, now: number): Stage {
  const isSame = before?.reason === next.reason && before?.message === next.message && before?.generation === next.generation
  if (before && isSame) return before
  return { ...next, since: before && before.reason === next.reason ? before.since : now, probedAt: now }
}

/** Present only while there is something to tell. */
export const resizeConditions = (state: ResizeState): readonly PodCondition[] =>
  (['pending', 'progress'] as const).flatMap(name => {
    const stage = state[name]
    if (!stage) return []
    const { reason, message, generation, since, probedAt } = stage
    return [
      {
        type: TYPES[name],
        status: 'True' as const,
        ...(reason && { reason }),
        ...(message && { message }),
        ...(generation && { observedGeneration: generation }),
        lastProbeTime: timestamp(probedAt),
        lastTransitionTime: timestamp(since),
      },
    ]
  })

/** What the API remembers from before this process began. */
export function resizeStateIn({ conditions = [] }: Pick<PodStatus, 'conditions'>): ResizeState {
  const found = (type: string): Stage | undefined => {
    const told = conditions.find(condition => condition.type === type)
    return (
      told && {
        ...(told.reason && { reason: told.reason }),
        ...(told.message && { message: told.message }),
        generation: told.observedGeneration ?? 0,
        since: Date.parse(told.lastTransitionTime ?? '') || 0,
        probedAt: Date.parse(told.lastProbeTime ?? '') || 0,
      }
    )
  }
  return { pending: found(TYPES.pending), progress: found(TYPES.progress) }
}
