/** What an autoscaler wants of its target, and what it says of itself. Upstream: horizontal.go, reconcileAutoscaler. */
import { formatSeconds } from '#base/rfc3339.ts'
import type { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import type { MetricStatus } from '#kinds/autoscaling/metric-status.ts'
import { withCondition } from '#kinds/meta/conditions.ts'
import { bounded, type Bounded, type Past } from './behavior.ts'
import type { Failed, Finding, Proposed } from './finding.ts'

type Spec = HorizontalPodAutoscaler['spec']
export type Status = HorizontalPodAutoscaler['status']
type Conditions = NonNullable<Status['conditions']>

export interface Sight {
  readonly spec: Spec
  readonly status: Status
  readonly generation: number | undefined
  /** What the target wants at present. */
  readonly current: number
  /** One per metric of the spec; not looked at where the number of pods is out of bounds or zero. */
  readonly findings: readonly Finding[]
  readonly past: History
  readonly now: number
}
/** Former proposals, and former changes. */
export interface History {
  readonly proposals: readonly Past[]
  readonly changes: readonly Past[]
}
/** What is known at first: that the present number was wanted, so that a figure of one moment does not shrink it. */
export const begun = (current: number, now: number): History => ({ proposals: [{ at: now, replicas: current }], changes: [] })
export interface Decision {
  /** The new number of pods and why; absent: it stays. */
  readonly rescale?: { readonly replicas: number; readonly reason: string }
  /** What the metrics asked for, to be remembered. */
  readonly proposed?: number
  readonly conditions: Conditions
  readonly currentMetrics?: readonly MetricStatus[]
  /** Nothing is known of how many pods are to be: what was wanted last is still said. */
  readonly keepsDesired?: boolean
  /** Warnings, each an event. */
  readonly complaints: readonly { readonly reason: string; readonly message: string }[]
}

const NO_STATUS = { type: '' } as unknown as MetricStatus

const STABILIZED = {
  ScaleUpStabilized: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
  ScaleDownStabilized: 'recent recommendations were higher than current one, applying the highest recent recommendation',
} as const
const LIMITED = {
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
} as const

/** Whether the metrics have a say: the number of pods is neither zero nor out of bounds. */
export const isByMetrics = ({ minReplicas, maxReplicas }: Spec, current: number): boolean =>
  !(current === 0 && minReplicas !== 0) && current <= maxReplicas && current >= minReplicas

export function decide(sight: Sight): Decision {
  const { spec, current } = sight
  const { minReplicas, maxReplicas } = spec
  const found = conditioned(sight, sight.status.conditions, [
    'AbleToScale',
    'True',
    'SucceededGetScale',
    "the HPA controller was able to get the target's current scale",
  ])
  if (current === 0 && minReplicas !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero'
    return { conditions: conditioned(sight, found, ['ScalingActive', 'False', 'ScalingDisabled', message]), complaints: [] }
  }
  const stay = { conditions: found, complaints: [] }
  if (current > maxReplicas)
    return { ...stay, rescale: { replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' } }
  if (current < minReplicas)
    return { ...stay, rescale: { replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' } }
  return byMetrics(sight, found)
}

const isFailed = (finding: Finding): finding is Failed => 'failed' in finding

function byMetrics(sight: Sight, found: Conditions): Decision {
  const { current, findings } = sight
  const failed = findings.filter(isFailed)
  const proposed = findings.filter((finding): finding is Proposed => !isFailed(finding))
  const complaints = failed.map(({ failed: reason, message }) => ({ reason, message }))
  // Each stands where its metric stands in the spec, so that readers find it; one that failed says nothing.
  const currentMetrics = findings.map(finding => (isFailed(finding) ? NO_STATUS : finding.status))
  const [first] = failed
  const most = proposed.reduce<Proposed | undefined>((best, one) => (best && best.replicas >= one.replicas ? best : one), undefined)
  // With a metric missing, a smaller number may be wrong; a larger one is right whatever the missing one would say.
  if (!most || (first && most.replicas < current)) {
    const why = first?.message ?? 'no metrics'
    const conditions = conditioned(sight, found, [
      'ScalingActive',
      'False',
      first?.failed ?? 'InvalidMetricSourceType',
      `the HPA was unable to compute the replica count: ${why}`,
    ])
    const message = `invalid metrics (${failed.length} invalid out of ${findings.length}), first error is: ${first?.amongOthers ?? why}`
    return {
      conditions,
      currentMetrics,
      keepsDesired: true,
      complaints: [...complaints, { reason: 'FailedComputeMetricsReplicas', message }],
    }
  }
  const valid = `the HPA was able to successfully calculate a replica count from ${most.name}`
  const active = conditioned(sight, found, ['ScalingActive', 'True', 'ValidMetricFound', valid])
  const limit = limited(sight, most.replicas)
  const conditions = limitConditions(sight, active, limit)
  const decision = { conditions, currentMetrics, complaints, proposed: most.replicas }
  if (limit.replicas === current) return decision
  const reason = most.replicas > current ? `${most.name} above target` : 'All metrics below target'
  return { ...decision, rescale: { replicas: limit.replicas, reason } }
}

function limited({ spec, current, past, now }: Sight, proposed: number): Bounded {
  const { minReplicas, maxReplicas, behavior } = spec
  return bounded({ current, proposed, minReplicas, maxReplicas, behavior, ...past, now })
}
function limitConditions(sight: Sight, conditions: Conditions, { stabilized, limited }: Bounded): Conditions {
  const able = stabilized
    ? (['AbleToScale', 'True', stabilized, STABILIZED[stabilized]] as const)
    : (['AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'] as const)
  const message =
    limited === 'TooFewReplicas' && sight.spec.minReplicas === 0 ? 'the desired replica count is zero' : limited && LIMITED[limited]
  const within = limited
    ? (['ScalingLimited', 'True', limited, message ?? ''] as const)
    : (['ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range'] as const)
  return conditioned(sight, conditioned(sight, conditions, able), within)
}

type Said = readonly [type: Conditions[number]['type'], status: 'True' | 'False', reason: string, message: string]
export const conditioned = (
  { now }: Pick<Sight, 'now'>,
  conditions: Conditions | undefined,
  [type, status, reason, message]: Said,
): Conditions => withCondition<Conditions[number]>(conditions, { type, status, reason, message }, now)

/** The status after the decision has been carried out, or was not. */
export function statusAfter(sight: Sight, { conditions, currentMetrics, keepsDesired }: Decision, scaledTo: number | undefined): Status {
  const { status, current, generation, now } = sight
  return {
    ...status,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(scaledTo !== undefined && { lastScaleTime: formatSeconds(Math.floor(now / 1000)) }),
    currentReplicas: current,
    desiredReplicas: scaledTo ?? (keepsDesired ? status.desiredReplicas : current),
    currentMetrics: currentMetrics ?? status.currentMetrics ?? [],
    conditions,
  }
}
