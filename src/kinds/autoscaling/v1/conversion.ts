/** HorizontalPodAutoscalers of v2 as v1 shows them: CPU as a field, everything else in annotations. Upstream: pkg/apis/autoscaling/v1/conversion.go. */

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'
const ANNOTATIONS = [METRICS, BEHAVIOR, CURRENT_METRICS, CONDITIONS]

// `any`: conversion moves fields between two shapes of which neither is checked here
type Plain = any

/** The v2 object of a v1 one. Throws SyntaxError when an annotation is no JSON. */
export function stored(hpa: Plain): Plain {
  const { annotations: given = {}, ...metadata } = hpa.metadata
  const { targetCPUUtilizationPercentage: cpu, ...spec } = hpa.spec
  const { currentCPUUtilizationPercentage: used, ...status } = hpa.status ?? {}
  const read = (name: string) => (given[name] === undefined ? undefined : JSON.parse(given[name]))
  const annotations = Object.fromEntries(Object.entries(given).filter(([name]) => !ANNOTATIONS.includes(name)))
  const metrics = [
    ...(read(METRICS) ?? []).map((metric: Plain) => fromV1(metric, 'target')),
    ...(cpu === undefined ? [] : [resourceMetric('target', { type: 'Utilization', averageUtilization: cpu })]),
  ]
  const currentMetrics = [
    ...(read(CURRENT_METRICS) ?? []).map((metric: Plain) => fromV1(metric, 'current')),
    ...(used === undefined ? [] : [resourceMetric('current', { averageUtilization: used })]),
  ]
  return defined({
    ...hpa,
    metadata: defined({ ...metadata, annotations: filled(annotations) }),
    spec: defined({ ...spec, metrics: filled(metrics), behavior: read(BEHAVIOR) }),
    status: defined({ ...status, currentMetrics, conditions: read(CONDITIONS) }),
  })
}

/** The v1 object of a v2 one. */
export function shown(hpa: Plain): Plain {
  const { metrics = [], behavior, ...spec } = hpa.spec
  const { currentMetrics = [], conditions, ...status } = hpa.status ?? {}
  const cpu = metrics.find((metric: Plain) => isCpu(metric, 'target'))
  const used = (currentMetrics ?? []).find((metric: Plain) => isCpu(metric, 'current'))
  const others = metrics.filter((metric: Plain) => metric !== cpu).map((metric: Plain) => toV1(metric, 'target'))
  const current = (currentMetrics ?? []).filter((metric: Plain) => metric !== used).map((metric: Plain) => toV1(metric, 'current'))
  const annotations = {
    ...hpa.metadata.annotations,
    ...(others.length && { [METRICS]: JSON.stringify(others) }),
    ...(behavior && { [BEHAVIOR]: JSON.stringify(behavior) }),
    ...(current.length && { [CURRENT_METRICS]: JSON.stringify(current) }),
    ...(conditions?.length && { [CONDITIONS]: JSON.stringify(conditions) }),
  }
  return defined({
    ...hpa,
    metadata: defined({ ...hpa.metadata, annotations: filled(annotations) }),
    spec: defined({ ...spec, targetCPUUtilizationPercentage: cpu?.resource.target.averageUtilization }),
    status: defined({
      currentReplicas: 0,
      desiredReplicas: 0,
      ...status,
      currentCPUUtilizationPercentage: used?.resource.current.averageUtilization,
    }),
  })
}

/** Whether the numbers are what is aimed at, or what was measured. */
type Role = 'target' | 'current'
const isCpu = (metric: Plain, role: Role) =>
  metric.type === 'Resource' && metric.resource?.name === 'cpu' && metric.resource[role]?.averageUtilization !== undefined
const resourceMetric = (role: Role, value: object) => ({ type: 'Resource', resource: { name: 'cpu', [role]: value } })

function toV1(metric: Plain, role: Role): Plain {
  const value = (source: Plain) => source[role]
  const { type, resource, containerResource, pods, object, external } = metric
  const usage = (source: Plain) => ({
    name: source.name,
    container: source.container,
    [`${role}AverageUtilization`]: value(source).averageUtilization,
    [`${role}AverageValue`]: value(source).averageValue,
  })
  return defined({
    type,
    resource: resource && defined(usage(resource)),
    containerResource: containerResource && defined(usage(containerResource)),
    pods:
      pods && defined({ metricName: pods.metric.name, selector: pods.metric.selector, [`${role}AverageValue`]: value(pods).averageValue }),
    object:
      object &&
      defined({
        target: object.describedObject,
        metricName: object.metric.name,
        selector: object.metric.selector,
        [`${role}Value`]: value(object).value ?? '0',
        averageValue: value(object).averageValue,
      }),
    external:
      external &&
      defined({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        [`${role}Value`]: value(external).value,
        [`${role}AverageValue`]: value(external).averageValue,
      }),
  })
}

function fromV1(metric: Plain, role: Role): Plain {
  const { type, resource, containerResource, pods, object, external } = metric
  const values = (numbers: Plain) => {
    const { value, averageValue, averageUtilization } = numbers
    const kind = averageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value'
    const shown = averageValue === undefined ? value : undefined
    return defined({ type: role === 'target' ? kind : undefined, value: shown, averageValue, averageUtilization })
  }
  const usage = (source: Plain) => ({
    name: source.name,
    container: source.container,
    [role]: values({ averageUtilization: source[`${role}AverageUtilization`], averageValue: source[`${role}AverageValue`] }),
  })
  const named = (name: string, selector: Plain) => defined({ name, selector })
  return defined({
    type,
    resource: resource && defined(usage(resource)),
    containerResource: containerResource && defined(usage(containerResource)),
    pods: pods && { metric: named(pods.metricName, pods.selector), [role]: values({ averageValue: pods[`${role}AverageValue`] }) },
    object: object && {
      describedObject: object.target,
      metric: named(object.metricName, object.selector),
      [role]: values({ value: object[`${role}Value`], averageValue: object.averageValue }),
    },
    external: external && {
      metric: named(external.metricName, external.metricSelector),
      [role]: values({ value: external[`${role}Value`], averageValue: external[`${role}AverageValue`] }),
    },
  })
}

const defined = (object: Plain): Plain => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
const filled = (value: Plain): Plain => (Object.keys(value).length ? value : undefined)
