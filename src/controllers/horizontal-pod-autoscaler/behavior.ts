/** How far and how fast the number of pods may change. Upstream: horizontal.go, normalizeDesiredReplicasWithBehaviors. */
import type { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>
type Rules = NonNullable<Behavior['scaleUp']>
type Policies = NonNullable<Rules['policies']>

/** Upstream's defaults: up at once, by as much as doubles the number or by four; down after five minutes, then without limit. */
const UP: { readonly windowSeconds: number; readonly policies: Policies } = {
  windowSeconds: 0,
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}
const DOWN: { readonly windowSeconds: number; readonly policies: Policies } = {
  windowSeconds: 300,
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
}

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
  const within = (seconds: number) => proposals.filter(({ at }) => at >= now - seconds * 1000).map(({ replicas }) => replicas)
  const low = Math.min(proposed, ...within(behavior?.scaleUp?.stabilizationWindowSeconds ?? UP.windowSeconds))
  const high = Math.max(proposed, ...within(behavior?.scaleDown?.stabilizationWindowSeconds ?? DOWN.windowSeconds))
  return Math.min(Math.max(current, low), high)
}

function growthLimit({ current, behavior, changes, now }: Situation): number {
  const { selectPolicy, policies = UP.policies } = behavior?.scaleUp ?? {}
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(changes, periodSeconds, now).up
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100))
  })
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}
function shrinkLimit({ current, behavior, changes, now }: Situation): number {
  const { selectPolicy, policies = DOWN.policies } = behavior?.scaleDown ?? {}
  if (selectPolicy === 'Disabled') return current
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current + changed(changes, periodSeconds, now).down
    return type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100))
  })
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}
function changed(changes: readonly Past[], periodSeconds: number, now: number): { readonly up: number; readonly down: number } {
  const recent = changes.filter(({ at }) => at > now - periodSeconds * 1000).map(({ replicas }) => replicas)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return { up: sum(recent.filter(value => value > 0)), down: -sum(recent.filter(value => value < 0)) }
}
