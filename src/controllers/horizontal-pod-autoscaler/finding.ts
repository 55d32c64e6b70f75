/** What one metric says about the number of pods. */
import type { MetricSpec, MetricTarget } from '#kinds/autoscaling/metrics.ts'
import type { MetricStatus, MetricValueStatus } from '#kinds/autoscaling/metric-status.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { formatQuantity } from '#schema/quantity.ts'
import { figuresOf, type Measured, type Question, requestOf, thousandths } from './figures.ts'
import { podsFor, podsForValue, type PodFigures, type Tolerance } from './proposal.ts'

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
  /** The pods that its selector selects. */
  readonly pods: readonly Pod[]
  readonly now: number
  /** By how much a metric may be off; upstream's default is a tenth. */
  readonly tolerance?: Tolerance
}

const quantityText = (thousandths: number): string =>
  formatQuantity({ nanos: BigInt(Math.round(thousandths)) * 1_000_000n, format: 'DecimalSI' })
const NO_PODS = 'no pods returned by selector while calculating replica count'
const NOTHING_MEASURED = 'did not receive metrics for targeted pods (pods might be unready)'

/** A resource that pods, or one container of each, use. Throws an Error that says what is missing. */
export function resourceFinding(
  { name, container, target }: { readonly name: string; readonly container?: string; readonly target: MetricTarget },
  measured: ReadonlyMap<string, Measured>,
  workload: Workload,
): Proposed {
  if (workload.pods.length === 0) throw new Error(NO_PODS)
  const isCpu = name === 'cpu'
  const kind = container === undefined ? `${name} resource` : `${name} container resource`
  const status = (current: MetricValueStatus): MetricStatus =>
    container === undefined
      ? { type: 'Resource', resource: { name, current } }
      : { type: 'ContainerResource', containerResource: { name, container, current } }
  if (target.averageValue !== undefined) {
    const { replicas, average } = perPod(thousandths(target.averageValue), measured, { isCpu, workload })
    return { replicas, name: kind, status: status({ averageValue: quantityText(average) }) }
  }
  if (target.averageUtilization === undefined)
    throw new Error('invalid resource metric source: neither an average utilization nor an average value (usage) target was set')
  const figures = figuresOf(workload.pods, measured, { isCpu, base: pod => requestOf(pod, name, container), now: workload.now })
  const replicas = proposal(figures, workload, target.averageUtilization / 100)
  const used = sum(figures.usage.values())
  const asked = sum([...figures.usage.keys()].map(pod => figures.base.get(pod) ?? 0))
  const averageUtilization = Math.trunc((used * 100) / asked)
  const averageValue = quantityText(Math.trunc(used / figures.usage.size))
  return { replicas, name: `${kind} utilization (percentage of request)`, status: status({ averageUtilization, averageValue }) }
}

/** A metric that each pod has a value of. Throws an Error when no pod has one. */
export function podsFinding(spec: NonNullable<MetricSpec['pods']>, measured: ReadonlyMap<string, Measured>, workload: Workload): Proposed {
  if (workload.pods.length === 0) throw new Error(NO_PODS)
  const { replicas, average } = perPod(thousandths(spec.target.averageValue ?? '0'), measured, { isCpu: false, workload })
  const status: MetricStatus = { type: 'Pods', pods: { metric: spec.metric, current: { averageValue: quantityText(average) } } }
  return { replicas, name: `pods metric ${spec.metric.name}`, status }
}

interface PerPod {
  readonly isCpu: Question['isCpu']
  readonly workload: Workload
}
function perPod(target: number, measured: ReadonlyMap<string, Measured>, { isCpu, workload }: PerPod) {
  const figures = figuresOf(workload.pods, measured, { isCpu, base: () => target, now: workload.now })
  return { replicas: proposal(figures, workload, 1), average: Math.trunc(sum(figures.usage.values()) / figures.usage.size) }
}
function proposal(figures: PodFigures, { replicas, tolerance }: Workload, share: number): number {
  const proposed = podsFor(figures, { current: replicas, share, tolerance })
  if (proposed === undefined) throw new Error(NOTHING_MEASURED)
  return proposed
}

/** A value of one object, or from outside, in thousandths: shared by the pods, or compared with the target as it is. */
export function valueFinding(
  {
    name,
    target,
    status,
  }: { readonly name: string; readonly target: MetricTarget; readonly status: (current: MetricValueStatus) => MetricStatus },
  value: number,
  { replicas, pods, tolerance }: Workload,
): Proposed {
  const isAverage = target.averageValue !== undefined
  const aim = thousandths(target.averageValue ?? target.value ?? '0')
  const ready = pods.filter(({ status }) => status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')).length
  const proposed = podsForValue(value, aim, { current: replicas, ready, perPod: isAverage, tolerance })
  const current = isAverage ? { averageValue: quantityText(Math.ceil(value / Math.max(1, replicas))) } : { value: quantityText(value) }
  return { replicas: proposed, name, status: status(current) }
}
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
