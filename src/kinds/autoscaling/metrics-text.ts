/** What an autoscaler measures and aims at, as printed: `cpu: 12%/80%, 5/10 (avg)`. Upstream: pkg/printers/internalversion. */
import type { MetricStatus, MetricValueStatus } from './metric-status.ts'
import type { MetricSpec, MetricTarget } from './metrics.ts'

const SHOWN_MAX = 2
const UNKNOWN = '<unknown>'

export function metricsText(specs: readonly MetricSpec[] = [], statuses: readonly MetricStatus[] = []): string {
  if (!specs.length) return '<none>'
  const shown = specs.slice(0, SHOWN_MAX).map((spec, i) => metricText(spec, statuses[i]))
  const text = shown.join(', ')
  return specs.length > SHOWN_MAX ? `${text} + ${specs.length - SHOWN_MAX} more...` : text
}
function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Resource':
      return spec.resource ? resourceText(spec.resource, status?.resource?.current) : UNKNOWN
    case 'ContainerResource':
      return spec.containerResource ? resourceText(spec.containerResource, status?.containerResource?.current) : UNKNOWN
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? UNKNOWN}/${spec.pods?.target.averageValue ?? '0'}`
    case 'Object':
      return valueText(spec.object?.target, status?.object?.current)
    case 'External':
      return valueText(spec.external?.target, status?.external?.current)
  }
}
function resourceText({ name, target }: { readonly name: string; readonly target: MetricTarget }, current?: MetricValueStatus): string {
  if (target.averageValue !== undefined) return `${name}: ${current?.averageValue ?? UNKNOWN}/${target.averageValue}`
  const used = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`
  return `${name}: ${used}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}
function valueText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`
  return `${current?.value ?? UNKNOWN}/${target?.value ?? '0'}`
}
