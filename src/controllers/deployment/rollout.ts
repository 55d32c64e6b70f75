/** The next step from old replica sets to the new one. Upstream: pkg/controller/deployment/rolling.go, recreate.go. */
import type { Deployment } from '#kinds/apps/deployment.ts'
import type { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Pace } from './pace.ts'
import { isActiveSet, olderFirst, type Target, total, wanted } from './replica-sets.ts'

interface Rollout {
  readonly deployment: Deployment
  readonly newest: ReplicaSet
  readonly olds: readonly ReplicaSet[]
  readonly pace: Pace
}

/** How many pods the newest set may have now, of the size that it has. */
export function roomForNewest({ deployment: { spec }, newest, olds, pace }: Rollout): number {
  const size = newest.spec.replicas
  if (spec.strategy.type !== 'RollingUpdate' || size > spec.replicas) return spec.replicas
  const room = spec.replicas + pace.maxSurge - wanted([...olds, newest])
  return size + Math.max(0, Math.min(room, spec.replicas - size))
}

/** The new set grows as far as the surge lets it; when it has, old ones shrink as far as enough pods stay available. */
export function rollingStep(rollout: Rollout): readonly Target[] {
  const { deployment, newest, olds, pace } = rollout
  const replicas = roomForNewest(rollout)
  if (replicas !== newest.spec.replicas) return [{ set: newest, replicas }]
  const minAvailable = deployment.spec.replicas - pace.maxUnavailable
  const pending = newest.spec.replicas - available(newest)
  const spare = wanted([...olds, newest]) - minAvailable - pending
  if (spare <= 0 || wanted(olds) === 0) return []
  const ordered = olds.toSorted(olderFirst)
  const sizes = new Map(ordered.map(set => [set, set.spec.replicas]))
  const shrink = (allowed: number, share: (set: ReplicaSet, size: number) => number) => {
    for (const set of ordered) {
      const size = sizes.get(set) as number
      const less = Math.max(0, Math.min(allowed, share(set, size)))
      sizes.set(set, size - less)
      allowed -= less
    }
  }
  // Pods that are not available go first: nobody misses them.
  shrink(spare, (set, size) => size - available(set))
  const serving = [...olds, newest].reduce((sum, set) => sum + available(set), 0)
  shrink(serving - minAvailable, (_, size) => size)
  return [...sizes].filter(([set, size]) => size !== set.spec.replicas).map(([set, size]) => ({ set, replicas: size }))
}

/** Pods that are available and stay: a set that was made smaller may not have told yet that some are gone. Upstream counts those as well, and may go below what it promises. */
const available = ({ spec, status }: ReplicaSet): number => Math.min(spec.replicas, status.availableReplicas ?? 0)

/** Whether pods of old sets still run, those being deleted included; Recreate waits for them. */
export function runsOldPods({ newest, olds }: Pick<Rollout, 'olds'> & { newest: ReplicaSet | undefined }, pods: readonly Pod[]): boolean {
  const isOld = ({ metadata }: Pod) => !metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === newest?.metadata.uid)
  return total(olds, 'replicas') > 0 || pods.some(pod => isOld(pod) && !isTerminal(pod))
}
export const withoutPods = (olds: readonly ReplicaSet[]): readonly Target[] => olds.filter(isActiveSet).map(set => ({ set, replicas: 0 }))
