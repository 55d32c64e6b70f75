/** Endpoints and endpoint slices of services that select pods. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Service } from '#kinds/core/service.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { eventually } from '../support/eventually.ts'
import type { Any, Resource } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const ofService = (name: string) => ({ labelSelector: `kubernetes.io/service-name=${name}` })

/** Two pods of the same label, whose port of the same name has different numbers. */
async function makePods(namespace: string): Promise<readonly Any[]> {
  await eventually(() => stage.resource(ServiceAccount, namespace).get('default'))
  const pods = stage.resource(Pod, namespace)
  const pod = (name: string, ports: object[]) => ({
    metadata: { name, labels: { foo: 'bar' } },
    spec: { containers: [{ name: 'container1', image: 'registry.k8s.io/pause', ports }] },
  })
  await pods.create(pod('pod1', [{ name: 'example-name', containerPort: 3000 }]))
  await pods.create(
    pod('pod2', [
      { name: 'example-name', containerPort: 3001 },
      { name: 'other-port', containerPort: 3002 },
    ]),
  )
  return await eventually(async () => {
    const { items } = await pods.list()
    assert(items.every(({ status }: Any) => status.podIP))
    return items
  })
}
const SERVICES = [
  { name: 'example-int-port', selector: { foo: 'bar' }, targetPort: 3000, groups: [{ ports: [3000], pods: ['pod1', 'pod2'] }] },
  {
    name: 'example-named-port',
    selector: { foo: 'bar' },
    targetPort: 'example-name',
    groups: [
      { ports: [3000], pods: ['pod1'] },
      { ports: [3001], pods: ['pod2'] },
    ],
  },
  { name: 'example-no-match', selector: { foo: 'no-match' }, targetPort: 8080, groups: [] },
] as const
interface Group {
  readonly ports: readonly number[]
  readonly pods: readonly string[]
}

/** Makes the services and waits until each has the groups of ports and pods that it should have. */
async function checkServices(namespace: string, groupsOf: (name: string) => Promise<readonly Group[]>): Promise<void> {
  const services = stage.resource(Service, namespace)
  for (const { name, selector, targetPort } of SERVICES)
    await services.create({
      metadata: { name },
      spec: { selector, publishNotReadyAddresses: true, ports: [{ name: 'example', port: 80, targetPort, protocol: 'TCP' }] },
    })
  const sorted = (groups: readonly Group[]) => groups.toSorted((a, b) => (a.ports[0] ?? 0) - (b.ports[0] ?? 0))
  for (const { name, groups } of SERVICES)
    await eventually(async () => assert.deepEqual(sorted(await groupsOf(name)), sorted(groups), name))
}
const names = (targets: readonly Any[]) => targets.map(({ targetRef }) => targetRef.name).sort((a: string, b: string) => (a < b ? -1 : 1))
const numbers = (ports: readonly Any[]) => ports.map(({ port }) => port)

test('[sig-network] EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service [Conformance]', async () => {
  const namespace = await stage.namespace('endpointslice')
  const pods = await makePods(namespace)
  const slices = stage.resource(EndpointSlice, namespace)
  await checkServices(namespace, async name => {
    const { items } = await slices.list(ofService(name))
    assert(items.length > 0, 'a service without endpoints has a slice, too')
    for (const { addressType, endpoints, metadata } of items) {
      assert.equal(addressType, 'IPv4')
      assert.equal(metadata.labels['endpointslice.kubernetes.io/managed-by'], 'endpointslice-controller.k8s.io')
      for (const { addresses, nodeName, targetRef } of endpoints ?? []) {
        const { metadata: of, spec, status } = pods.find(pod => pod.metadata.name === targetRef.name)
        assert.deepEqual([addresses, nodeName, targetRef.uid, targetRef.kind], [[status.podIP], spec.nodeName, of.uid, 'Pod'])
      }
    }
    return items
      .filter(({ endpoints }: Any) => endpoints?.length)
      .map(({ ports, endpoints }: Any) => ({ ports: numbers(ports), pods: names(endpoints) }))
  })
})

test('[sig-network] EndpointsController should create Endpoints for Pods matching a Service [Conformance]', async () => {
  const namespace = await stage.namespace('endpoints')
  const pods = await makePods(namespace)
  const endpoints = stage.resource(Endpoints, namespace)
  await checkServices(namespace, async name => {
    const { subsets = [] } = await endpoints.get(name)
    return subsets.map(({ ports, addresses }: Any) => {
      for (const { ip, targetRef } of addresses) assert.equal(ip, pods.find(pod => pod.metadata.name === targetRef.name).status.podIP)
      return { ports: numbers(ports), pods: names(addresses) }
    })
  })
})

/** A service whose selector matches no pod: its objects come, empty, and go with it. */
async function checkEmpty(
  kind: AnyKind,
  found: (objects: Resource) => Promise<readonly Any[]>,
  isEmpty: (object: Any) => boolean,
): Promise<void> {
  const namespace = await stage.namespace('empty')
  const services = stage.resource(Service, namespace)
  const objects = stage.resource(kind, namespace)
  await services.create({
    metadata: { name: 'example-empty-selector' },
    spec: {
      selector: { 'does-not-match-anything': 'endpoints-and-endpoint-slices-should-still-be-created' },
      ports: [{ name: 'example', port: 80 }],
    },
  })
  await eventually(async () => {
    const all = await found(objects)
    assert(all.length === 1 && all.every(isEmpty), JSON.stringify(all))
  })
  await services.delete('example-empty-selector')
  await eventually(async () => assert.deepEqual(await found(objects), []))
}
test('[sig-network] EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods [Conformance]', () =>
  checkEmpty(
    EndpointSlice,
    async slices => (await slices.list(ofService('example-empty-selector'))).items,
    ({ endpoints }) => !endpoints?.length,
  ))
test('[sig-network] EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods [Conformance]', () =>
  checkEmpty(
    Endpoints,
    async endpoints => (await endpoints.list()).items,
    ({ subsets }) => !subsets?.length,
  ))

/** Upstream makes so many, so many at a time. */
const [TRIALS, TRIALS_AT_A_TIME] = [100, 15]
const LATENCY_MAX_MS = { half: 20_000, most: 50_000 }
test('[sig-network] Service endpoints latency should not be very high [Conformance]', async () => {
  const namespace = await stage.namespace('svc-latency')
  await eventually(() => stage.resource(ServiceAccount, namespace).get('default'))
  const selector = { name: 'svc-latency-rc' }
  const spec = { containers: [{ name: 'pause', image: 'registry.k8s.io/pause' }] }
  const template = { metadata: { labels: selector }, spec }
  const controllers = stage.resource(ReplicationController, namespace)
  await controllers.create({ metadata: { name: selector.name }, spec: { replicas: 1, selector, template } })
  await eventually(async () => assert.equal((await controllers.get(selector.name)).status.readyReplicas, 1))
  const services = stage.resource(Service, namespace)
  await using watching = await stage.resource(EndpointSlice, namespace).watch()
  const begunAt = new Map<string, number>()
  const seenAt = new Map<string, number>()
  const seen = (async () => {
    while (seenAt.size < TRIALS) {
      const { object } = await watching.next()
      const name = object.metadata.labels['kubernetes.io/service-name']
      if (object.endpoints?.length && !seenAt.has(name)) seenAt.set(name, performance.now())
    }
  })()
  let tried = 0
  const makeServices = async () => {
    while (tried++ < TRIALS) {
      const begun = performance.now()
      const spec = { selector, type: 'ClusterIP', sessionAffinity: 'None', ports: [{ protocol: 'TCP', port: 80 }] }
      begunAt.set((await services.create({ metadata: { generateName: 'latency-svc-' }, spec })).metadata.name, begun)
    }
  }
  await Promise.all([seen, ...Array.from({ length: TRIALS_AT_A_TIME }, makeServices)])
  const latenciesMs = [...begunAt].map(([name, begun]) => (seenAt.get(name) ?? assert.fail(name)) - begun).sort((a, b) => a - b)
  const part = (share: number) => latenciesMs[Math.floor(share * (TRIALS - 1))] ?? assert.fail()
  assert(part(0.5) <= LATENCY_MAX_MS.half, `half took up to ${part(0.5)} ms`)
  assert(part(0.9) <= LATENCY_MAX_MS.most, `nine in ten took up to ${part(0.9)} ms`)
})
