/** What one metric says about the number of pods. */
import type { MetricSpec, MetricTarget } from '#kinds/autoscaling/metrics.ts'
import type { MetricStatus, MetricValueStatus } from '#kinds/autoscaling/metric-status.ts'
import { condition } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { formatQuantity } from '#schema/quantity.ts'
import { figuresOf, type Measured, requestOf, thousandths } from './figures.ts'
import {
  averageOf,
  perPod,
  podsFor,
  podsForShare,
  podsForValue,
  type PodFigures,
  type Tolerance,
  utilization,
  utilizationOf,
} from './proposal.ts'

export interface Proposed {
  readonly replicas: number
  /** As messages name the metric. */
  readonly name: string
  readonly status: MetricStatus
}
/** Why a metric says nothing: the reason of condition ScalingActive and of the event. */
export interface Failed {
  readonly failed: FailureReason
  readonly message: string
  /** The message among others, where it has to say which metric it is about. */
  readonly amongOthers: string
}
export type FailureReason =
  | 'FailedGetResourceMetric'
  | 'FailedGetContainerResourceMetric'
  | 'FailedGetPodsMetric'
  | 'FailedGetObjectMetric'
  | 'FailedGetExternalMetric'
  | 'InvalidMetricSourceType'
export type Finding = Proposed | Failed

/** What is known of the workload when its metrics are looked at. */
export interface Workload {
  /** Wanted at present. */
  readonly replicas: number
  /** How many its controller says there are. */
  readonly there: number
  /** The pods that its selector selects. */
  readonly pods: readonly Pod[]
  readonly now: number
  /** By how much a metric may be off; upstream's default is a tenth. */
  readonly tolerance?: Tolerance
}

const quantityText = (thousandths: number): string =>
  formatQuantity({ nanos: BigInt(Math.round(thousandths)) * 1_000_000n, format: 'DecimalSI' })

/** A resource that pods, or one container of each, use. Throws an Error that says what is missing. */
export function resourceFinding(
  { name, container, target }: { readonly name: string; readonly container?: string; readonly target: MetricTarget },
  measured: ReadonlyMap<string, Measured>,
  workload: Workload,
): Proposed {
  const figures = measuredOf(workload, measured, name === 'cpu')
  const kind = container === undefined ? `${name} resource` : `${name} container resource`
  const status = (current: MetricValueStatus): MetricStatus =>
    container === undefined
      ? { type: 'Resource', resource: { name, current } }
      : { type: 'ContainerResource', containerResource: { name, container, current } }
  const aim = { current: workload.replicas, tolerance: workload.tolerance }
  const averageValue = quantityText(averageOf(figures.usage))
  if (target.averageValue !== undefined) {
    const replicas = podsFor(figures, perPod(thousandths(target.averageValue)), aim)
    return { replicas, name: kind, status: status({ averageValue }) }
  }
  if (target.averageUtilization === undefined)
    throw new Error('invalid resource metric source: neither an average utilization nor an average value (usage) target was set')
  const requests = new Map(workload.pods.map(pod => [pod.metadata.name ?? '', requestOf(pod, name, container)]))
  const replicas = podsFor(figures, utilization(target.averageUtilization, requests), aim)
  const averageUtilization = utilizationOf(figures.usage, requests)
  return { replicas, name: `${kind} utilization (percentage of request)`, status: status({ averageUtilization, averageValue }) }
}

/** A metric that each pod has a value of. Throws an Error when no pod has one. */
export function podsFinding(spec: NonNullable<MetricSpec['pods']>, measured: ReadonlyMap<string, Measured>, workload: Workload): Proposed {
  const figures = measuredOf(workload, measured, false)
  const aim = { current: workload.replicas, tolerance: workload.tolerance }
  const replicas = podsFor(figures, perPod(thousandths(spec.target.averageValue ?? '0')), aim)
  const averageValue = quantityText(averageOf(figures.usage))
  return {
    replicas,
    name: `pods metric ${spec.metric.name}`,
    status: { type: 'Pods', pods: { metric: spec.metric, current: { averageValue } } },
  }
}

function measuredOf({ pods, now }: Workload, measured: ReadonlyMap<string, Measured>, isCpu: boolean): PodFigures {
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count')
  const figures = figuresOf(pods, measured, { isCpu, now })
  if (figures.usage.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  return figures
}

/** A value of one object, or from outside, in thousandths: shared by the pods, or compared with the target as it is. */
export function valueFinding(
  {
    name,
    target,
    status,
  }: { readonly name: string; readonly target: MetricTarget; readonly status: (current: MetricValueStatus) => MetricStatus },
  value: number,
  { replicas, there, pods, tolerance }: Workload,
): Proposed {
  if (target.averageValue !== undefined) {
    const proposed = podsForShare(value, thousandths(target.averageValue), there, tolerance)
    return { replicas: proposed, name, status: status({ averageValue: quantityText(Math.ceil(value / Math.max(1, there))) }) }
  }
  const ready = pods.filter(pod => pod.status.phase === 'Running' && condition(pod, 'Ready')?.status === 'True').length
  const proposed = podsForValue(value, thousandths(target.value ?? '0'), { current: replicas, pods: pods.length, ready, tolerance })
  return { replicas: proposed, name, status: status({ value: quantityText(value) }) }
}
