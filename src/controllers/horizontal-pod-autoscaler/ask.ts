/** Asks the metrics APIs for what a metric of an autoscaler names. Reference: KEP-117, kubernetes/metrics. */
import type { Client } from '#client/transport.ts'
import { pluralOf } from '#client/plural.ts'
import type { MetricIdentifier, MetricSpec } from '#kinds/autoscaling/metrics.ts'
import { PodMetrics } from '#kinds/metrics/pod-metrics.ts'
import { selectorText } from '#kinds/meta/selecting.ts'
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
  if (spec.type === 'Resource' && resource)
    return await attempt('FailedGetResourceMetric', `failed to get ${resource.name} ${aimOf(resource.target)}`, async () =>
      resourceFinding(resource, await used(resource.name, place), workload),
    )
  if (spec.type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource
    return await attempt('FailedGetContainerResourceMetric', `failed to get ${name} container metric value`, async () =>
      resourceFinding({ name, container, target }, await used(name, place, container), workload),
    )
  }
  if (spec.type === 'Pods' && pods)
    return await attempt('FailedGetPodsMetric', 'failed to get pods metric value', async () =>
      podsFinding(pods, await ofPods(pods.metric, place), workload),
    )
  if (spec.type === 'Object' && object)
    return await attempt('FailedGetObjectMetric', 'failed to get object metric value', async () => {
      const { metric, describedObject, target } = object
      const value = await ofObject(object, place)
      const name = `${describedObject.kind} metric ${metric.name}`
      return valueFinding(
        { name, target, status: current => ({ type: 'Object', object: { metric, describedObject, current } }) },
        value,
        workload,
      )
    })
  if (spec.type === 'External' && external)
    return await attempt('FailedGetExternalMetric', 'failed to get external metric', async () => {
      const { metric, target } = external
      const value = await fromOutside(metric, place)
      const name = `external metric ${metric.name}(${selectorText(metric.selector)})`
      return valueFinding({ name, target, status: current => ({ type: 'External', external: { metric, current } }) }, value, workload)
    })
  return { failed: 'InvalidMetricSourceType', message: `unknown metric source type ${JSON.stringify(spec.type)}` }
}
const aimOf = ({ averageValue }: { readonly averageValue?: string }) => (averageValue === undefined ? 'utilization' : 'usage')

async function attempt(failed: FailureReason, what: string, find: () => Promise<Finding>): Promise<Finding | Failed> {
  try {
    return await find()
  } catch (error) {
    return { failed, message: `${what}: ${(error as Error).message}` }
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
  if (!value) throw new Error(`unable to get metric ${metric.name}: no metrics returned from custom metrics API`)
  return thousandths(value.value)
}
async function fromOutside(metric: MetricIdentifier, { client, namespace }: Place): Promise<number> {
  const values = await because(`unable to fetch metrics from external metrics API`, () =>
    valuesAt(`${EXTERNAL}/namespaces/${namespace}/${metric.name}`, client, { labelSelector: labelsOf(metric) }),
  )
  if (values.length === 0) throw new Error('no metrics returned from external metrics API')
  return values.reduce((sum, { value }) => sum + thousandths(value), 0)
}

const labelsOf = ({ selector }: MetricIdentifier): string => (selector ? selectorText(selector).replace('<none>', '') : '')
const custom = (path: string, client: Client, query: Readonly<Record<string, string>>) =>
  because('unable to fetch metrics from custom metrics API', () => valuesAt(path, client, query))
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
