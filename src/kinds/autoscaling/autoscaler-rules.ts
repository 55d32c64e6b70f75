/** What must hold for a HorizontalPodAutoscaler. Upstream: pkg/apis/autoscaling/validation. */
import { isDns1123Label, isPathSegmentName } from '#kinds/meta/names.ts'
import { quantityValue } from '#schema/quantity.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { CrossVersionObjectReference, MetricIdentifier, MetricSpec, MetricTarget } from './metrics.ts'
import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from './scaling-behavior.ts'

const PERIOD_MAX_SECONDS = 1_800
const STABILIZATION_MAX_SECONDS = 3_600

interface Spec {
  readonly minReplicas?: number
  readonly maxReplicas: number
  readonly scaleTargetRef: Pick<CrossVersionObjectReference, 'kind' | 'name'>
}
export function checkBounds({ minReplicas, maxReplicas, scaleTargetRef }: Spec, at: Path): void {
  if (minReplicas !== undefined && minReplicas < 1) at.key('minReplicas').invalid(minReplicas, 'must be greater than or equal to 1')
  if (maxReplicas === 0) at.key('maxReplicas').required('must be set and greater than 0')
  if (maxReplicas < 0) at.key('maxReplicas').invalid(maxReplicas, 'must be greater than or equal to 1')
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    at.key('maxReplicas').invalid(maxReplicas, 'must be greater than or equal to `minReplicas`')
  for (const name of ['kind', 'name'] as const) {
    const wrong = isPathSegmentName(scaleTargetRef[name])
    if (wrong) at.key('scaleTargetRef').key(name).invalid(scaleTargetRef[name], wrong)
  }
}

const MEMBERS = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
} as const
/** What is scaled belongs to a group, but for the one kind of the core that can be; as long as kind and version stay, they are taken as they are. */
export function checkScaled(
  { kind, apiVersion = '' }: CrossVersionObjectReference,
  at: Path,
  before: CrossVersionObjectReference | undefined,
): void {
  if (before?.kind === kind && (before.apiVersion ?? '') === apiVersion) return
  const parts = apiVersion.split('/')
  if (parts.length > 2) at.key('apiVersion').invalid(apiVersion, `unexpected GroupVersion string: ${apiVersion}`)
  else if (kind !== 'ReplicationController' && !(parts.length === 2 && parts[0]))
    at.key('apiVersion').invalid(apiVersion, 'apiVersion must specify API group')
}
/** Without pods there is nothing to measure of them. */
export function checkFromZero(minReplicas: number | undefined, metrics: readonly MetricSpec[], at: Path): void {
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    at.forbidden('must specify at least one Object or External metric to support scaling to zero replicas')
}
export function checkMetrics(metrics: readonly MetricSpec[], at: Path): void {
  for (const [i, metric] of metrics.entries()) {
    const here = at.index(i)
    checkFirstSource(metric, here)
    const member = MEMBERS[metric.type] as Member | undefined
    if (!member) continue
    if (!metric[member]) here.key(member).required(`must populate information for the given metric source`)
    for (const other of Object.values(MEMBERS))
      if (other !== member && metric[other]) here.key(other).forbidden(`must populate the given metric source only`)
  }
}
type Member = (typeof MEMBERS)[keyof typeof MEMBERS]
/** Of several sources, only the first in this order. */
const IN_ORDER = ['Object', 'External', 'Pods', 'Resource', 'ContainerResource'] as const
function checkFirstSource(metric: MetricSpec, at: Path): void {
  const type = IN_ORDER.find(one => metric[MEMBERS[one]])
  const source = type && metric[MEMBERS[type]]
  if (!source) return
  const here = at.key(MEMBERS[type])
  if ('metric' in source) checkIdentifier(source.metric, here.key('metric'))
  if ('container' in source) checkContainer(source.container, here.key('container'))
  checkTarget(source.target, here.key('target'), type)
}
function checkContainer(name: string, at: Path): void {
  const wrong = name === '' ? undefined : isDns1123Label(name)
  if (name === '') at.required('must specify a container')
  else if (wrong) at.invalid(name, wrong)
}
function checkIdentifier({ name }: MetricIdentifier, at: Path): void {
  if (!name) return at.key('name').required('must specify a metric name')
  const wrong = isPathSegmentName(name)
  if (wrong) at.key('name').invalid(name, wrong)
}
function checkTarget({ type: aim, value, averageValue, averageUtilization }: MetricTarget, at: Path, type: MetricSpec['type']): void {
  if (aim === '') at.key('type').required('must specify a metric target type')
  if (!['Utilization', 'Value', 'AverageValue'].includes(aim))
    at.key('type').invalid(aim, 'must be either Utilization, Value, or AverageValue')
  for (const [name, amount] of Object.entries({ value, averageValue }))
    if (amount !== undefined && quantityValue(amount) <= 0) at.key(name).invalid(amount, 'must be positive')
  if (averageUtilization !== undefined && averageUtilization < 1)
    at.key('averageUtilization').invalid(averageUtilization, 'must be greater than 0')
  if (type === 'Resource' || type === 'ContainerResource') {
    if (averageUtilization === undefined && averageValue === undefined)
      at.key('averageUtilization').required('must set either a target raw value or a target utilization')
    if (averageUtilization !== undefined && averageValue !== undefined)
      at.key('averageValue').forbidden('may not set both a target raw value and a target utilization')
    return
  }
  if (type === 'Pods' && averageValue === undefined) at.key('averageValue').required('must specify a positive target averageValue')
  if (type !== 'Pods' && value === undefined && averageValue === undefined)
    at.key('averageValue').required(
      type === 'Object'
        ? 'must set either a target value or averageValue'
        : 'must set either a target value for metric or a per-pod target',
    )
  if (type === 'External' && value !== undefined && averageValue !== undefined)
    at.key('value').forbidden('may not set both a target value for metric and a per-pod target')
}

export function checkBehavior(behavior: HorizontalPodAutoscalerBehavior | undefined, at: Path): void {
  for (const name of ['scaleUp', 'scaleDown'] as const) {
    const rules = behavior?.[name]
    if (rules) checkScaling(rules, at.key(name))
  }
}
function checkScaling({ stabilizationWindowSeconds: window, policies, tolerance }: HPAScalingRules, at: Path): void {
  if (window !== undefined && window < 0) at.key('stabilizationWindowSeconds').invalid(window, 'must be greater than or equal to zero')
  if (window !== undefined && window > STABILIZATION_MAX_SECONDS)
    at.key('stabilizationWindowSeconds').invalid(window, `must be less than or equal to ${STABILIZATION_MAX_SECONDS}`)
  if (tolerance !== undefined && quantityValue(tolerance) < 0) at.key('tolerance').invalid(tolerance, 'must be greater than or equal to 0')
  if (!policies?.length) return at.key('policies').required('must specify at least one Policy')
  for (const [i, { value, periodSeconds }] of policies.entries()) {
    const here = at.key('policies').index(i)
    if (value <= 0) here.key('value').invalid(value, 'must be greater than zero')
    if (periodSeconds <= 0) here.key('periodSeconds').invalid(periodSeconds, 'must be greater than zero')
    if (periodSeconds > PERIOD_MAX_SECONDS)
      here.key('periodSeconds').invalid(periodSeconds, `must be less than or equal to ${PERIOD_MAX_SECONDS}`)
  }
}
