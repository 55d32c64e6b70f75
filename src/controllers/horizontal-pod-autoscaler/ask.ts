/** Asks the metrics APIs for what a metric of an autoscaler names. Reference: KEP-117, kubernetes/metrics. */
import type { Client } from '#client/transport.ts'
import { pluralOf } from '#client/plural.ts'
import type { MetricIdentifier, MetricSpec, MetricTarget } from '#kinds/autoscaling/metrics.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { PodMetrics } from '#kinds/metrics/pod-metrics.ts'
import { selectorNotation, selectorText } from '#kinds/meta/selecting.ts'
import { type Failed, type FailureReason, type Finding, podsFinding, resourceFinding, valueFinding, type Workload } from './finding.ts'
import { type Measured, thousandths, useOf } from './figures.ts'

const CUSTOM = '/apis/custom.metrics.k8s.io/v1beta2'
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1'
/** Upstream takes a minute where an adapter does not say. */
const WINDOW_SECONDS = 60

interface Place {
  readonly client: Client
  readonly namespace: string
  /** Of the workload's pods, as text. */
  readonly selector: string
}
interface MetricValue {
  readonly describedObject: { readonly name: string }
  readonly timestamp: string
  readonly windowSeconds?: number
  readonly value: string
}

/** What the metric says, or why it says nothing. Never rejects: a metrics API that fails is a finding too. */
export async function findingOf(spec: MetricSpec, place: Place, workload: Workload): Promise<Finding> {
  const { resource, containerResource, pods, object, external } = spec
  if (spec.type === 'Resource' && resource) {
    const { name, target } = resource
    const told = { failed: 'FailedGetResourceMetric', what: aimOf(resource), among: `failed to get ${name} resource metric value` } as const
    return await attempt(told, async () => resourceFinding({ name, target }, await used(name, place), workload))
  }
  if (spec.type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource
    const among = `failed to get ${container} container metric value`
    return await attempt({ failed: 'FailedGetContainerResourceMetric', what: aimOf(containerResource), among }, async () =>
      resourceFinding({ name, container, target }, await used(name, place, container), workload),
    )
  }
  if (spec.type === 'Pods' && pods) {
    const told = {
      failed: 'FailedGetPodsMetric',
      what: `unable to get metric ${pods.metric.name}`,
      among: 'failed to get pods metric value',
    } as const
    return await attempt(told, async () => podsFinding(pods, await ofPods(pods.metric, place), workload))
  }
  if (spec.type === 'Object' && object) {
    const { metric, describedObject, target } = object
    const isShared = target.averageValue !== undefined
    const told = {
      failed: 'FailedGetObjectMetric',
      // In this order upstream says it.
      what: `unable to get metric ${metric.name}: ${describedObject.kind} on ${place.namespace} ${describedObject.name}/`,
      among: `failed to get object metric value${isShared ? `: failed to get ${metric.name} object metric` : ''}`,
    } as const
    const name = isShared ? outsideName(metric) : `${describedObject.kind} metric ${metric.name}`
    return await attempt(told, async () =>
      valueFinding(
        { name, target, status: current => ({ type: 'Object', object: { metric, describedObject, current } }) },
        await ofObject(object, place),
        workload,
      ),
    )
  }
  if (spec.type === 'External' && external) {
    const { metric, target } = external
    const isShared = target.averageValue !== undefined
    const told = {
      failed: 'FailedGetExternalMetric',
      what: `unable to get external metric ${place.namespace}/${metric.name}/${selectorNotation(metric.selector)}`,
      among: `failed to get ${metric.name} external metric value: failed to get ${isShared ? `${metric.name} external metric` : `external metric ${metric.name}`}`,
    } as const
    return await attempt(told, async () =>
      valueFinding(
        { name: outsideName(metric), target, status: current => ({ type: 'External', external: { metric, current } }) },
        await fromOutside(metric, place),
        workload,
      ),
    )
  }
  const message = `unknown metric source type ${JSON.stringify(spec.type)}`
  return { failed: 'InvalidMetricSourceType', message, amongOthers: message }
}
const aimOf = ({ name, target }: { readonly name: string; readonly target: MetricTarget }) =>
  `failed to get ${name} ${target.averageValue === undefined ? 'utilization' : 'usage'}`
const outsideName = ({ name, selector }: MetricIdentifier) => `external metric ${name}(${selectorNotation(selector)})`

interface Told {
  readonly failed: FailureReason
  /** What could not be done. */
  readonly what: string
  /** How that is introduced among other metrics. */
  readonly among: string
}
async function attempt({ failed, what, among }: Told, find: () => Promise<Finding>): Promise<Finding | Failed> {
  try {
    return await find()
  } catch (error) {
    const message = `${what}${what.endsWith('/') ? '' : ': '}${(error as Error).message}`
    return { failed, message, amongOthers: `${among}: ${message}` }
  }
}

async function used(resource: string, { client, namespace, selector }: Place, container?: string): Promise<ReadonlyMap<string, Measured>> {
  const unable = `unable to get metrics for resource ${resource}`
  const { items } = await because(`${unable}: unable to fetch metrics from resource metrics API`, () =>
    client.list(PodMetrics, { namespace, labelSelector: selector }),
  )
  if (items.length === 0) throw new Error(`${unable}: no metrics returned from resource metrics API`)
  return useOf(items, resource, container)
}
async function ofPods(metric: MetricIdentifier, place: Place): Promise<ReadonlyMap<string, Measured>> {
  const path = `${CUSTOM}/namespaces/${place.namespace}/pods/*/${metric.name}`
  const values = await custom(path, place.client, { labelSelector: place.selector, metricLabelSelector: labelsOf(metric) })
  return new Map(
    values.map(({ describedObject, timestamp, windowSeconds = WINDOW_SECONDS, value }) => [
      describedObject.name,
      { value: thousandths(value), at: Date.parse(timestamp), windowMs: windowSeconds * 1000 },
    ]),
  )
}
async function ofObject({ metric, describedObject }: NonNullable<MetricSpec['object']>, { client, namespace }: Place): Promise<number> {
  const { apiVersion = 'v1', kind, name } = describedObject
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : ['']
  const plural = await pluralOf(client, { apiVersion, kind })
  if (plural === undefined) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`)
  const resource = group ? `${plural}.${group}` : plural
  const path =
    kind === 'Namespace'
      ? `${CUSTOM}/namespaces/${name}/metrics/${metric.name}`
      : `${CUSTOM}/namespaces/${namespace}/${resource}/${name}/${metric.name}`
  const [value] = await custom(path, client, { metricLabelSelector: labelsOf(metric) })
  if (!value) throw new Error(`no metrics returned from custom metrics API`)
  return thousandths(value.value)
}
async function fromOutside(metric: MetricIdentifier, { client, namespace }: Place): Promise<number> {
  const values = await because('unable to fetch metrics from external metrics API', () =>
    valuesAt(`${EXTERNAL}/namespaces/${namespace}/${metric.name}`, client, { labelSelector: labelsOf(metric) }).catch((error: unknown) => {
      if (!isRefusal(error, 'NotFound')) throw error
      throw new Error(`the server could not find the requested resource (get ${metric.name}.external.metrics.k8s.io)`, { cause: error })
    }),
  )
  if (values.length === 0) throw new Error('no metrics returned from external metrics API')
  return values.reduce((sum, { value }) => sum + thousandths(value), 0)
}

const labelsOf = ({ selector }: MetricIdentifier): string => (selector ? selectorText(selector).replace('<none>', '') : '')
const custom = (path: string, client: Client, query: Readonly<Record<string, string>>) =>
  because('unable to fetch metrics from custom metrics API', () =>
    valuesAt(path, client, query).catch((error: unknown) => {
      // A metric that is missing is told by an adapter; without one nothing is there at all.
      if (!isRefusal(error, 'NotFound') || error.status.details?.kind) throw error
      throw new Error('no custom metrics API (custom.metrics.k8s.io) registered', { cause: error })
    }),
  )
async function valuesAt(path: string, client: Client, query: Readonly<Record<string, string>>): Promise<readonly MetricValue[]> {
  const said = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
  return ((await client.transport.send({ method: 'GET', path, query: said })).body as { readonly items: readonly MetricValue[] }).items
}
async function because<T>(why: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new Error(`${why}: ${(cause as Error).message}`, { cause })
  }
}
