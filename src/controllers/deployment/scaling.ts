/** A deployment that changes its size, in the middle of a rollout too: each set gets its share. Upstream: deployment/sync.go. */
import type { Deployment } from '#kinds/apps/deployment.ts'
import type { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { DESIRED, MAXIMUM, noted } from './annotations.ts'
import type { Pace } from './pace.ts'
import { type Family, isActiveSet, olderFirst, type Target, wanted } from './replica-sets.ts'

/** Whether the deployment was resized since its sets were last scaled. */
export const wasResized = ({ spec }: Deployment, { newest, olds }: Family): boolean =>
  [...olds, ...(newest ? [newest] : [])]
    .filter(isActiveSet)
    .some(set => noted(set, DESIRED) !== undefined && noted(set, DESIRED) !== spec.replicas)

/**
 * | seen | decided |
 * |---|---|
 * | at most one set has pods | it gets the whole size; without any, the newest does, else the youngest |
 * | the newest set has all pods that it shall have, available | the others get none |
 * | a rolling update is under way | what is added or taken away is shared by size, the largest set takes what is left by rounding |
 *
 * Targets that only repeat a size are there so that the new size is noted on their sets.
 */
export function scalingStep(deployment: Deployment, { newest, olds }: Family, pace: Pace): readonly Target[] {
  const { replicas, strategy } = deployment.spec
  const all = newest ? [...olds, newest] : olds
  const active = all.filter(isActiveSet)
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? olds.toSorted(olderFirst).at(-1)
    return only ? [{ set: only, replicas }] : []
  }
  if (newest && isSaturated(deployment, newest)) return olds.filter(isActiveSet).map(set => ({ set, replicas: 0 }))
  if (strategy.type !== 'RollingUpdate') return []
  const allowed = replicas > 0 ? replicas + pace.maxSurge : 0
  const difference = allowed - wanted(active)
  const ordered = active.toSorted((a, b) => b.spec.replicas - a.spec.replicas || (difference > 0 ? olderFirst(b, a) : olderFirst(a, b)))
  let left = difference
  const sizes = ordered.map(set => {
    const share = clamp(shareOf(set, deployment, pace), left, difference)
    left -= share
    return set.spec.replicas + share
  })
  return ordered.map((set, at) => ({ set, replicas: at === 0 ? Math.max(0, (sizes[0] as number) + left) : (sizes[at] as number) }))
}

/** A share never exceeds what is left, in the direction of the whole change. */
const clamp = (share: number, left: number, difference: number) =>
  difference > 0 ? Math.min(share, left) : difference < 0 ? Math.max(share, left) : 0

function shareOf(set: ReplicaSet, { spec, status }: Deployment, { maxSurge }: Pace): number {
  const size = set.spec.replicas
  if (spec.replicas === 0) return -size
  const before = noted(set, MAXIMUM) || (status.replicas ?? 0)
  return before === 0 ? 0 : Math.round((size * (spec.replicas + maxSurge)) / before) - size
}

const isSaturated = ({ spec }: Deployment, newest: ReplicaSet): boolean =>
  newest.spec.replicas === spec.replicas && noted(newest, DESIRED) === spec.replicas && newest.status.availableReplicas === spec.replicas
