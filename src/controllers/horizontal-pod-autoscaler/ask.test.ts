/** What is told when a metric cannot be had: by itself, and among others. One row per kind of metric. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '#client/transport.ts'
import type { MetricSpec } from '#kinds/autoscaling/metrics.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { findingOf } from './ask.ts'

const refused = async () => {
  throw refuse.noRoute()
}
const send = async ({ path }: { path: string }) =>
  path === '/api/v1' ? { code: 200, warnings: [], body: { resources: [{ kind: 'Service', name: 'services' }] } } : await refused()
const client = { list: refused, transport: { send } } as unknown as Client
const metric = { name: 'm' }
const describedObject = { apiVersion: 'v1', kind: 'Service', name: 's' }
const unfetched =
  'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource'
const noCustom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'
const noExternal =
  'unable to get external metric d/m/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get m.external.metrics.k8s.io)'
const rows: readonly [rule: string, spec: object, message: string, among: string][] = [
  [
    'a share of requests',
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } } },
    `failed to get cpu utilization: ${unfetched}`,
    'failed to get cpu resource metric value: ',
  ],
  [
    'an amount',
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '5' } } },
    `failed to get cpu usage: ${unfetched}`,
    'failed to get cpu resource metric value: ',
  ],
  [
    'of one container',
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 5 } },
    },
    `failed to get cpu utilization: ${unfetched}`,
    'failed to get c container metric value: ',
  ],
  [
    'of each pod',
    { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '5' } } },
    `unable to get metric m: ${noCustom}`,
    'failed to get pods metric value: ',
  ],
  [
    'of an object',
    { type: 'Object', object: { metric, describedObject, target: { type: 'Value', value: '5' } } },
    `unable to get metric m: Service on d s/${noCustom}`,
    'failed to get object metric value: ',
  ],
  [
    'of an object, shared by pods',
    { type: 'Object', object: { metric, describedObject, target: { type: 'AverageValue', averageValue: '5' } } },
    `unable to get metric m: Service on d s/${noCustom}`,
    'failed to get object metric value: failed to get m object metric: ',
  ],
  [
    'from outside',
    { type: 'External', external: { metric, target: { type: 'Value', value: '5' } } },
    noExternal,
    'failed to get m external metric value: failed to get external metric m: ',
  ],
  [
    'from outside, shared by pods',
    { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '5' } } },
    noExternal,
    'failed to get m external metric value: failed to get m external metric: ',
  ],
]
for (const [rule, spec, message, among] of rows)
  test(rule, async () => {
    const workload = { replicas: 1, there: 1, pods: [], now: 0 }
    const found = await findingOf(spec as MetricSpec, { client, namespace: 'd', selector: 'a=b' }, workload)
    assert('failed' in found)
    assert.deepEqual([found.message, found.amongOthers], [message, `${among}${message}`])
  })
