/** Tests of quotas and limit ranges, through the whole pipeline. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runnerOf } from '#client/controller.ts'
import { resourceQuotaController } from '#controllers/resource-quota/controller.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { LimitRange } from '#kinds/core/limit-range.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { PodTemplate } from '#kinds/core/pod-template.ts'
import { ResourceQuota } from '#kinds/core/resource-quota.ts'
import { Service } from '#kinds/core/service.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { startWorld, type World } from './fixture.ts'

const start = () => startWorld({ runners: [runnerOf(resourceQuotaController)] })
const ref = (name: string) => ({ namespace: 'default', name })
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert(isRefusal(error), String(error))
  return error.message
}
async function makeQuota({ client, until }: World, hard: Readonly<Record<string, string>>, spec: object = {}): Promise<void> {
  await client.create(ResourceQuota, { metadata: ref('q'), spec: { hard, ...spec } })
  await until(async () => Object.keys((await client.get(ResourceQuota, ref('q'))).status.used ?? {}).length === Object.keys(hard).length)
}
const used = async ({ client }: World) => (await client.get(ResourceQuota, ref('q'))).status.used
const becomes = ({ client, until }: World, expected: Readonly<Record<string, string>>) =>
  until(async () => {
    const { used = {} } = (await client.get(ResourceQuota, ref('q'))).status
    return Object.entries(expected).every(([name, amount]) => used[name] === amount)
  })
const makePod = (
  { client }: World,
  name: string,
  { resources = {}, spec = {}, initResources }: { resources?: object; spec?: object; initResources?: object } = {},
) =>
  client.create(Pod, {
    metadata: ref(name),
    spec: {
      containers: [{ name: 'main', image: 'web', resources }],
      ...(initResources && { initContainers: [{ name: 'init', image: 'web', resources: initResources }] }),
      ...spec,
    },
  } as unknown as Partial<Pod>)

test('a quota tells at once what it limits and what is used', async () => {
  await using world = await start()
  await makeQuota(world, { pods: '5', 'count/replicasets.apps': '5', 'count/podtemplates': '2' })
  const { status } = await world.client.get(ResourceQuota, ref('q'))
  assert.deepEqual(status.hard, { pods: '5', 'count/replicasets.apps': '5', 'count/podtemplates': '2' })
  assert.deepEqual(status.used, { pods: '0', 'count/replicasets.apps': '0', 'count/podtemplates': '0' })
})
test('the life of a pod: charged when it is made, free when it is gone', async () => {
  await using world = await start()
  await makeQuota(world, {
    pods: '5',
    cpu: '1',
    memory: '500Mi',
    'ephemeral-storage': '50Gi',
    'requests.example.com/dongle': '3',
  })
  const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', 'example.com/dongle': '2' }
  await makePod(world, 'one', { resources: { requests, limits: { 'example.com/dongle': '2' } } })
  assert.deepEqual(await used(world), {
    pods: '1',
    cpu: '500m',
    memory: '252Mi',
    'ephemeral-storage': '30Gi',
    'requests.example.com/dongle': '2',
  })
  assert.equal(
    await refusal(makePod(world, 'two', { resources: { requests: { cpu: '600m', memory: '100Mi', 'ephemeral-storage': '30Gi' } } })),
    'pods "two" is forbidden: exceeded quota: q, requested: cpu=600m,ephemeral-storage=30Gi, used: cpu=500m,ephemeral-storage=30Gi, limited: cpu=1,ephemeral-storage=50Gi',
  )
  await world.client.delete(Pod, ref('one'), { gracePeriodSeconds: 0 })
  await becomes(world, { pods: '0', cpu: '0', memory: '0', 'ephemeral-storage': '0', 'requests.example.com/dongle': '0' })
})
test('pods that have ended free what they used, but still count as objects', async () => {
  await using world = await start()
  await makeQuota(world, { pods: '5', 'count/pods': '5', cpu: '1' })
  await makePod(world, 'one', { resources: { requests: { cpu: '500m' } } })
  await world.client.patch(Pod, ref('one'), 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' })
  await becomes(world, { pods: '0', 'count/pods': '1', cpu: '0' })
})
test('a quota on computing resources obliges containers to say what they need', async () => {
  await using world = await start()
  await makeQuota(world, { 'limits.memory': '1Gi', cpu: '1' })
  assert.equal(
    await refusal(makePod(world, 'silent', { initResources: { requests: { cpu: '1' } } })),
    'pods "silent" is forbidden: failed quota: q: must specify cpu for: main; limits.memory for: init,main',
  )
})
test('requests at the same time never exceed a quota', async () => {
  await using world = await start()
  await makeQuota(world, { pods: '5' })
  const made = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => makePod(world, `p-${i}`)))
  assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 5)
  assert.equal((await used(world))?.['pods'], '5')
  assert.match(await refusal(makePod(world, 'more')), /exceeded quota: q, requested: pods=1, used: pods=5, limited: pods=5$/)
})
test('what fails after it was charged is not charged for', async () => {
  await using world = await start()
  await makeQuota(world, { configmaps: '3' })
  const make = (name: string) => world.client.create(ConfigMap, { metadata: ref(name) })
  await make('a')
  assert.match(await refusal(make('a')), /already exists/)
  assert.match(await refusal(make('a')), /already exists/)
  assert.deepEqual(await used(world), { configmaps: '1' })
  await Promise.all([make('b'), make('c')])
  await refusal(make('d'))
})
test('a dry run is checked and not charged', async () => {
  await using world = await start()
  await makeQuota(world, { configmaps: '1' })
  await world.client.create(ConfigMap, { metadata: ref('a') }, { dryRun: true })
  assert.deepEqual(await used(world), { configmaps: '0' })
  await world.client.create(ConfigMap, { metadata: ref('a') })
  await refusal(world.client.create(ConfigMap, { metadata: ref('b') }, { dryRun: true }))
})
test('services count by type and node port, also when their type changes', async () => {
  await using world = await start()
  await makeQuota(world, { services: '10', 'services.nodeports': '1', 'services.loadbalancers': '1' })
  const make = (name: string, type: string, more: object = {}) =>
    world.client.create(Service, { metadata: ref(name), spec: { type, ports: [{ port: 80 }], ...more } } as unknown as Partial<Service>)
  await make('plain', 'ClusterIP')
  await make('node', 'NodePort')
  assert.deepEqual(await used(world), { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' })
  assert.match(
    await refusal(make('balanced', 'LoadBalancer')),
    /exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1$/,
  )
  await make('bare', 'LoadBalancer', { allocateLoadBalancerNodePorts: false })
  assert.match(
    await refusal(world.client.patch(Service, ref('plain'), 'merge', { spec: { type: 'NodePort' } })),
    /requested: services.nodeports=1, used: services.nodeports=1/,
  )
  await world.client.patch(Service, ref('node'), 'merge', { spec: { type: 'ClusterIP' } })
  await becomes(world, { 'services.nodeports': '0' })
  await world.client.delete(Service, ref('node'))
  await becomes(world, { services: '2', 'services.nodeports': '0', 'services.loadbalancers': '1' })
})
test('claims count by size and class', async () => {
  await using world = await start()
  await makeQuota(world, {
    persistentvolumeclaims: '2',
    'requests.storage': '10Gi',
    'gold.storageclass.storage.k8s.io/requests.storage': '5Gi',
  })
  const make = (name: string, storageClassName: string, storage: string) =>
    world.client.create(PersistentVolumeClaim, {
      metadata: ref(name),
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    } as unknown as Partial<PersistentVolumeClaim>)
  await make('a', 'gold', '3Gi')
  assert.match(
    await refusal(make('b', 'gold', '3Gi')),
    /gold.storageclass.storage.k8s.io\/requests.storage=3Gi, used: .*=3Gi, limited: .*=5Gi$/,
  )
  await make('b', 'silver', '3Gi')
  assert.deepEqual(await used(world), {
    persistentvolumeclaims: '2',
    'requests.storage': '6Gi',
    'gold.storageclass.storage.k8s.io/requests.storage': '3Gi',
  })
})
for (const { rule, spec, inside, outside } of [
  { rule: 'Terminating', spec: { scopes: ['Terminating'] }, inside: { spec: { activeDeadlineSeconds: 60 } }, outside: {} },
  { rule: 'NotTerminating', spec: { scopes: ['NotTerminating'] }, inside: {}, outside: { spec: { activeDeadlineSeconds: 60 } } },
  { rule: 'BestEffort', spec: { scopes: ['BestEffort'] }, inside: {}, outside: { resources: { requests: { cpu: '1' } } } },
  { rule: 'NotBestEffort', spec: { scopes: ['NotBestEffort'] }, inside: { resources: { requests: { cpu: '1' } } }, outside: {} },
  {
    rule: 'PriorityClass',
    spec: { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } },
    inside: { spec: { priorityClassName: 'high' } },
    outside: { spec: { priorityClassName: 'low' } },
  },
])
  test(`scope ${rule} counts its own pods only`, async () => {
    await using world = await start()
    await makeQuota(world, { pods: '1' }, spec)
    await makePod(world, 'outside', outside)
    assert.deepEqual(await used(world), { pods: '0' })
    await makePod(world, 'inside', inside)
    assert.deepEqual(await used(world), { pods: '1' })
    await refusal(makePod(world, 'more', inside))
    await world.client.delete(Pod, ref('inside'), { gracePeriodSeconds: 0 })
    await becomes(world, { pods: '0' })
  })
test('objects of any kind can be counted, and are found when they go', async () => {
  await using world = await start()
  await makeQuota(world, { 'count/replicasets.apps': '1', 'count/podtemplates': '1' })
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const set = { metadata: ref('rs'), spec: { replicas: 0, selector: { matchLabels: { a: 'b' } }, template } }
  await world.client.create(ReplicaSet, set as unknown as Partial<ReplicaSet>)
  await world.client.create(PodTemplate, { metadata: ref('t'), template } as unknown as Partial<PodTemplate>)
  assert.deepEqual(await used(world), { 'count/replicasets.apps': '1', 'count/podtemplates': '1' })
  await world.client.delete(ReplicaSet, ref('rs'))
  await becomes(world, { 'count/replicasets.apps': '0' })
})
test('a status that somebody changes is put right, and a changed quota is counted anew', async () => {
  await using world = await start()
  await makeQuota(world, { pods: '5' })
  await world.client.patch(ResourceQuota, ref('q'), 'merge', { status: { hard: { pods: '7' } } }, { subresource: 'status' })
  await world.until(async () => (await world.client.get(ResourceQuota, ref('q'))).status.hard?.['pods'] === '5')
  await world.client.patch(ResourceQuota, ref('q'), 'merge', { spec: { hard: { configmaps: '2' } } })
  await becomes(world, { pods: '0', configmaps: '0' })
})

const container = (more: object) =>
  ({ metadata: ref('range'), spec: { limits: [{ type: 'Container', ...more }] } }) as unknown as Partial<LimitRange>
test('containers get the defaults of a limit range, and keep what they say themselves', async () => {
  await using world = await start()
  await world.client.create(
    LimitRange,
    container({
      min: { cpu: '50m', memory: '100Mi' },
      max: { cpu: '500m', memory: '500Mi' },
      defaultRequest: { cpu: '100m', memory: '200Mi' },
      default: { cpu: '500m', memory: '500Mi' },
    }),
  )
  const none = await makePod(world, 'none')
  assert.deepEqual(none.spec.containers[0]?.resources, {
    requests: { cpu: '100m', memory: '200Mi' },
    limits: { cpu: '500m', memory: '500Mi' },
  })
  assert.equal(
    none.metadata.annotations?.['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: cpu, memory request for container main; cpu, memory limit for container main',
  )
  const part = await makePod(world, 'part', { resources: { requests: { memory: '150Mi' }, limits: { cpu: '300m' } } })
  assert.deepEqual(part.spec.containers[0]?.resources, {
    requests: { cpu: '300m', memory: '150Mi' },
    limits: { cpu: '300m', memory: '500Mi' },
  })
})
for (const { rule, limits, resources, message } of [
  {
    rule: 'too little',
    limits: { min: { cpu: '50m' } },
    resources: { requests: { cpu: '10m' } },
    message: 'minimum cpu usage per Container is 50m, but request is 10m',
  },
  {
    rule: 'too much',
    limits: { max: { memory: '500Mi' } },
    resources: { requests: { memory: '600Mi' }, limits: { memory: '600Mi' } },
    message: 'maximum memory usage per Container is 500Mi, but limit is 600Mi',
  },
  {
    rule: 'too far apart',
    limits: { maxLimitRequestRatio: { cpu: '2' } },
    resources: { requests: { cpu: '100m' }, limits: { cpu: '250m' } },
    message: 'cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000',
  },
])
  test(`a limit range refuses what is ${rule}`, async () => {
    await using world = await start()
    await world.client.create(LimitRange, container(limits))
    assert.equal(await refusal(makePod(world, 'web', { resources })), `pods "web" is forbidden: ${message}`)
  })
test('pods as a whole and claims are limited, too', async () => {
  await using world = await start()
  await world.client.create(LimitRange, {
    metadata: ref('range'),
    spec: {
      limits: [
        { type: 'Pod', max: { cpu: '1' } },
        { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
      ],
    },
  })
  const twice = { containers: ['a', 'b'].map(name => ({ name, image: 'i', resources: { limits: { cpu: '600m' } } })) }
  assert.equal(
    await refusal(makePod(world, 'web', { spec: twice })),
    'pods "web" is forbidden: maximum cpu usage per Pod is 1, but limit is 1200m',
  )
  const claim = (storage: string) =>
    world.client.create(PersistentVolumeClaim, {
      metadata: ref('claim'),
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    } as unknown as Partial<PersistentVolumeClaim>)
  assert.equal(
    await refusal(claim('3Gi')),
    'persistentvolumeclaims "claim" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
  )
  await claim('2Gi')
})
