/** Quotas: as objects, and how they follow the life of what they count. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { Secret } from '#kinds/core/secret.ts'
import { Service } from '#kinds/core/service.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { eventually } from '../support/eventually.ts'
import { type Any, type Resource, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
type Amounts = Record<string, string>

/** What the official tests limit: room for a few of everything. */
const HARD: Amounts = {
  pods: '5',
  services: '10',
  'services.nodeports': '1',
  'services.loadbalancers': '1',
  replicationcontrollers: '10',
  resourcequotas: '1',
  cpu: '1',
  memory: '500Mi',
  configmaps: '10',
  secrets: '10',
  persistentvolumeclaims: '10',
  'requests.storage': '10Gi',
  'requests.ephemeral-storage': '50Gi',
  'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '10',
  'gold.storageclass.storage.k8s.io/requests.storage': '10Gi',
  'requests.example.com/dongle': '3',
  'count/replicasets.apps': '5',
}
const NAME = 'test-quota'

/** A namespace in which nothing is made by itself any more, so that it can be counted in. */
async function settledNamespace(base: string): Promise<string> {
  const namespace = await stage.namespace(base)
  await eventually(() => stage.resource(ServiceAccount, namespace).get('default'))
  await eventually(() => stage.resource(ConfigMap, namespace).get('kube-root-ca.crt'))
  return namespace
}
async function quotaIn(
  namespace: string,
  { hard = HARD, name = NAME, spec = {} }: { hard?: Amounts; name?: string; spec?: object } = {},
): Promise<Resource> {
  const quotas = stage.resource(ResourceQuota, namespace)
  await quotas.create({ metadata: { name }, spec: { hard, ...spec } })
  await eventually(async () => assert.deepEqual((await quotas.get(name)).status.hard, hard))
  return quotas
}
/** Waits until so much of these is used. */
const uses = (quotas: Resource, amounts: Amounts, name = NAME) =>
  eventually(async () => {
    const { status } = await quotas.get(name)
    assert.deepEqual(Object.fromEntries(Object.keys(amounts).map(key => [key, status.used?.[key]])), amounts)
  })
const pod = (name: string, requests: Amounts = {}, spec: object = {}) => {
  const { 'example.com/dongle': dongles } = requests
  const limits = dongles === undefined ? {} : { limits: { 'example.com/dongle': dongles } }
  return {
    metadata: { name },
    spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause', resources: { requests, ...limits } }], ...spec },
  }
}
const template = { metadata: { labels: { name: 'x' } }, spec: { containers: [{ name: 'c', image: 'registry.k8s.io/pause' }] } }

/** One object comes, is counted, goes, and is counted no more. */
const lifeOf = (name: string, { kind, counted, object }: { kind: AnyKind; counted: string; object: Any }): void =>
  void test(name, async () => {
    const namespace = await settledNamespace('quota')
    const quotas = await quotaIn(namespace)
    const objects = stage.resource(kind, namespace)
    const before = (await objects.list()).items.length
    await uses(quotas, { [counted]: String(before) })
    await objects.create(object)
    await uses(quotas, { [counted]: String(before + 1) })
    await objects.delete(object.metadata.name, { propagationPolicy: 'Background' })
    await uses(quotas, { [counted]: String(before) })
  })

test('[sig-api-machinery] ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated. [Conformance]', async () => {
  const quotas = await quotaIn(await settledNamespace('quota'))
  const zeros = Object.fromEntries(Object.keys(HARD).map(name => [name, '0']))
  await uses(quotas, { ...zeros, configmaps: '1', resourcequotas: '1' })
})

test('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a service. [Conformance]', async () => {
  const namespace = await settledNamespace('quota')
  const quotas = await quotaIn(namespace)
  const services = stage.resource(Service, namespace)
  const service = (name: string, type: string, more: object = {}) => ({
    metadata: { name },
    spec: { type, ports: [{ port: 80 }], ...more },
  })
  await services.create(service('test-service', 'ClusterIP'))
  await services.create(service('test-service-np', 'NodePort'))
  await refused('Forbidden', services.create(service('test-service-lb', 'LoadBalancer')))
  await uses(quotas, { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' })
  await services.create(service('test-service-bare', 'LoadBalancer', { allocateLoadBalancerNodePorts: false }))
  await uses(quotas, { services: '3', 'services.nodeports': '1', 'services.loadbalancers': '1' })
  for (const name of ['test-service', 'test-service-np', 'test-service-bare']) await services.delete(name)
  await uses(quotas, { services: '0', 'services.nodeports': '0', 'services.loadbalancers': '0' })
})

lifeOf('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a secret. [Conformance]', {
  kind: Secret,
  counted: 'secrets',
  object: { metadata: { name: 'test-secret' }, data: { data: btoa('value') } },
})
lifeOf('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a configMap. [Conformance]', {
  kind: ConfigMap,
  counted: 'configmaps',
  object: { metadata: { name: 'test-configmap' }, data: { a: 'b' } },
})
lifeOf('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replication controller. [Conformance]', {
  kind: ReplicationController,
  counted: 'replicationcontrollers',
  object: { metadata: { name: 'test-rc' }, spec: { replicas: 0, selector: { name: 'x' }, template } },
})
lifeOf('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replica set. [Conformance]', {
  kind: ReplicaSet,
  counted: 'count/replicasets.apps',
  object: { metadata: { name: 'test-rs' }, spec: { replicas: 0, selector: { matchLabels: { name: 'x' } }, template } },
})

test('[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a pod. [Conformance]', async () => {
  const namespace = await settledNamespace('quota')
  const quotas = await quotaIn(namespace)
  const pods = stage.resource(Pod, namespace)
  const zeros = { pods: '0', cpu: '0', memory: '0', 'requests.ephemeral-storage': '0', 'requests.example.com/dongle': '0' }
  await uses(quotas, zeros)
  await pods.create(pod('test-pod', { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', 'example.com/dongle': '2' }))
  const used = { pods: '1', cpu: '500m', memory: '252Mi', 'requests.ephemeral-storage': '30Gi', 'requests.example.com/dongle': '2' }
  await uses(quotas, used)
  await refused('Forbidden', pods.create(pod('fail-pod', { cpu: '600m', memory: '100Mi' })))
  await refused('Forbidden', pods.create(pod('fail-pod-dongles', { cpu: '500m', memory: '100Mi', 'example.com/dongle': '2' })))
  await refused(
    'Invalid',
    pods.patch('test-pod', { spec: { containers: [{ name: 'pause', resources: { requests: { cpu: '100m' } } }] } }, { type: 'strategic' }),
  )
  await uses(quotas, used)
  await pods.delete('test-pod', { gracePeriodSeconds: 0 })
  await uses(quotas, zeros)
})

const scoped = (name: string, both: readonly { name: string; scope: string; hard: Amounts; pod: Any; used: Amounts }[]): void =>
  void test(name, async () => {
    const namespace = await settledNamespace('quota')
    const pods = stage.resource(Pod, namespace)
    const quotas = stage.resource(ResourceQuota, namespace)
    for (const { name, scope, hard } of both) await quotaIn(namespace, { hard, name, spec: { scopes: [scope] } })
    const zeros = ({ hard }: { hard: Amounts }) => Object.fromEntries(Object.keys(hard).map(key => [key, '0']))
    for (const inside of both) {
      await pods.create(inside.pod)
      for (const one of both) await uses(quotas, one === inside ? one.used : zeros(one), one.name)
      await pods.delete(inside.pod.metadata.name, { gracePeriodSeconds: 0 })
      for (const one of both) await uses(quotas, zeros(one), one.name)
    }
  })
const COMPUTING: Amounts = { 'requests.cpu': '1', 'requests.memory': '500Mi', 'limits.cpu': '2', 'limits.memory': '1Gi' }
const asking = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    containers: [
      {
        name: 'pause',
        image: 'registry.k8s.io/pause',
        resources: { requests: { cpu: '500m', memory: '200Mi' }, limits: { cpu: '1', memory: '400Mi' } },
      },
    ],
    ...spec,
  },
})
const asked = { pods: '1', 'requests.cpu': '500m', 'requests.memory': '200Mi', 'limits.cpu': '1', 'limits.memory': '400Mi' }
scoped('[sig-api-machinery] ResourceQuota should verify ResourceQuota with terminating scopes. [Conformance]', [
  { name: 'quota-not-terminating', scope: 'NotTerminating', hard: { pods: '5', ...COMPUTING }, pod: asking('test-pod'), used: asked },
  {
    name: 'quota-terminating',
    scope: 'Terminating',
    hard: { pods: '5', ...COMPUTING },
    pod: asking('terminating-pod', { activeDeadlineSeconds: 3600 }),
    used: asked,
  },
])
scoped('[sig-api-machinery] ResourceQuota should verify ResourceQuota with best effort scope. [Conformance]', [
  { name: 'quota-besteffort', scope: 'BestEffort', hard: { pods: '5' }, pod: pod('besteffort-pod'), used: { pods: '1' } },
  { name: 'quota-not-besteffort', scope: 'NotBestEffort', hard: { pods: '5' }, pod: asking('burstable-pod'), used: { pods: '1' } },
])

test('[sig-api-machinery] ResourceQuota should be able to update and delete ResourceQuota. [Conformance]', async () => {
  const quotas = stage.resource(ResourceQuota, await stage.namespace('quota'))
  const hard = { cpu: '1', memory: '500Mi' }
  const made = await quotas.create({ metadata: { name: NAME }, spec: { hard } })
  assert.deepEqual(made.spec.hard, hard)
  assert.deepEqual((await quotas.get(NAME)).spec.hard, hard)
  const wanted = { cpu: '2', memory: '1Gi' }
  const updated = await quotas.change(NAME, draft => {
    draft.spec.hard = wanted
  })
  assert.deepEqual(updated.spec.hard, wanted)
  assert.deepEqual((await quotas.get(NAME)).spec.hard, wanted)
  await quotas.delete(NAME)
  await refused('NotFound', quotas.get(NAME))
})

test('[sig-api-machinery] ResourceQuota should manage the lifecycle of a ResourceQuota [Conformance]', async () => {
  const quotas = stage.resource(ResourceQuota, await stage.namespace('quota'))
  const labels = { 'e2e-quota': 'managed' }
  await quotas.create({ metadata: { name: NAME, labels }, spec: { hard: { cpu: '1', memory: '500Mi' } } })
  const { items } = await quotas.everywhere.list({ labelSelector: 'e2e-quota=managed' })
  assert.deepEqual(
    items.map(({ metadata }: Any) => metadata.name),
    [NAME],
  )
  const patch = { metadata: { labels: { [NAME]: 'patched' } }, spec: { hard: { memory: '750Mi' } } }
  const patched = await quotas.patch(NAME, patch, { type: 'strategic' })
  assert.deepEqual([patched.metadata.labels[NAME], patched.spec.hard], ['patched', { cpu: '1', memory: '750Mi' }])
  await quotas.deleteCollection({ labelSelector: `${NAME}=patched` })
  await quotas.counted(0, { labelSelector: `${NAME}=patched` })
})

test('[sig-api-machinery] ResourceQuota should apply changes to a resourcequota status [Conformance]', async () => {
  const quotas = stage.resource(ResourceQuota, await stage.namespace('quota'))
  const labels = { 'e2e-rq-label': NAME }
  const hard = { cpu: '500m', memory: '500Mi' }
  await using watching = await quotas.watch({ labelSelector: `e2e-rq-label=${NAME}` })
  await quotas.create({ metadata: { name: NAME, labels }, spec: { hard } })
  await quotas.change(
    NAME,
    draft => {
      draft.status = { hard }
    },
    'status',
  )
  const tells = (cpu: string, memory: string) =>
    watching.until(({ object }: Any) => object.status.hard?.cpu === cpu && object.status.hard.memory === memory)
  await tells('500m', '500Mi')
  await quotas.patch(NAME, { spec: { hard: { cpu: '1', memory: '1Gi' } } }, { type: 'strategic' })
  await quotas.patch(NAME, { status: { hard: { cpu: '1', memory: '1Gi' } } }, { type: 'strategic', subresource: 'status' })
  await tells('1', '1Gi')
  assert.deepEqual((await quotas.get(NAME, 'status')).status.hard, { cpu: '1', memory: '1Gi' })
  const repatched = await quotas.patch(
    NAME,
    { status: { hard: { cpu: '2', memory: '2Gi' } } },
    { type: 'strategic', subresource: 'status' },
  )
  assert.deepEqual(
    [repatched.status.hard, repatched.spec.hard],
    [
      { cpu: '2', memory: '2Gi' },
      { cpu: '1', memory: '1Gi' },
    ],
  )
  await tells('2', '2Gi')
  await eventually(async () => {
    const { spec, status } = await quotas.get(NAME)
    assert.deepEqual(
      [spec.hard, status.hard],
      [
        { cpu: '1', memory: '1Gi' },
        { cpu: '1', memory: '1Gi' },
      ],
    )
  })
})
