/** How far and how fast the number of pods may change. Upstream: horizontal.go, normalizeDesiredReplicas, …WithBehaviors. */
import type { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>

/** Of a behavior that leaves it out. Upstream: --horizontal-pod-autoscaler-downscale-stabilization. */
const DOWN_WINDOW_SECONDS = 300
/** Without a behavior: to the double at a time, or to four. */
const LEAP = { factor: 2, least: 4 }

/** What was proposed, or by how much the number was changed (negative: down), and when. */
export interface Past {
  readonly at: number
  readonly replicas: number
}
export interface Situation {
  readonly current: number
  readonly proposed: number
  readonly minReplicas: number
  readonly maxReplicas: number
  readonly behavior?: Behavior | undefined
  /** Former proposals, and former changes. */
  readonly proposals: readonly Past[]
  readonly changes: readonly Past[]
  readonly now: number
}
export interface Bounded {
  readonly replicas: number
  /** Why it is not what was proposed; the reasons of conditions AbleToScale and ScalingLimited. */
  readonly stabilized?: 'ScaleUpStabilized' | 'ScaleDownStabilized'
  readonly limited?: 'TooFewReplicas' | 'TooManyReplicas' | 'ScaleUpLimit' | 'ScaleDownLimit'
}

/**
 * 1. Of the proposals within the stabilization window the one nearest to the present number counts.
 * 2. Policies limit by how much the number changes within their periods.
 * 3. The number stays between minReplicas and maxReplicas.
 */
export function bounded(situation: Situation): Bounded {
  const { current, proposed, minReplicas, maxReplicas } = situation
  const steady = stabilized(situation)
  const mark =
    steady === proposed ? {} : { stabilized: steady < proposed ? ('ScaleUpStabilized' as const) : ('ScaleDownStabilized' as const) }
  if (steady > current) {
    const limit = Math.max(current, growthLimit(situation))
    const replicas = Math.min(steady, limit, maxReplicas)
    const limited = replicas === steady ? {} : { limited: maxReplicas <= limit ? ('TooManyReplicas' as const) : ('ScaleUpLimit' as const) }
    return { replicas: Math.max(minReplicas, replicas), ...mark, ...limited }
  }
  const limit = Math.min(current, shrinkLimit(situation))
  const replicas = Math.max(steady, limit, minReplicas)
  const limited = replicas === steady ? {} : { limited: minReplicas >= limit ? ('TooFewReplicas' as const) : ('ScaleDownLimit' as const) }
  if (replicas > maxReplicas) return { replicas: maxReplicas, ...mark, limited: 'TooManyReplicas' }
  return { replicas, ...mark, ...limited }
}

function stabilized({ current, proposed, behavior, proposals, now }: Situation): number {
  const within = (seconds: number) => proposals.filter(({ at }) => at > now - seconds * 1000).map(({ replicas }) => replicas)
  const low = Math.min(proposed, ...within(behavior?.scaleUp?.stabilizationWindowSeconds ?? 0))
  const high = Math.max(proposed, ...within(behavior?.scaleDown?.stabilizationWindowSeconds ?? DOWN_WINDOW_SECONDS))
  // Without a behavior a number that was wanted lately is wanted still, also where it has been changed by hand meanwhile.
  if (!behavior) return high
  return Math.min(Math.max(current, low), high)
}

function growthLimit({ current, behavior, changes, now }: Situation): number {
  if (!behavior) return Math.max(LEAP.factor * current, LEAP.least)
  const { selectPolicy, policies = [] } = behavior.scaleUp ?? {}
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(changes, periodSeconds, now)
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100))
  })
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}
/** Without a behavior it shrinks by any number. */
function shrinkLimit({ current, behavior, changes, now }: Situation): number {
  if (!behavior) return 0
  const { selectPolicy, policies = [] } = behavior.scaleDown ?? {}
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(changes, periodSeconds, now)
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100))
  })
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}
/** By how much the number has grown within the period, or shrunk, which is negative. */
const changed = (changes: readonly Past[], periodSeconds: number, now: number): number =>
  changes.filter(({ at }) => at > now - periodSeconds * 1000).reduce((sum, { replicas }) => sum + replicas, 0)
