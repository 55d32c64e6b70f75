/** Services as objects, and the one under which the API server itself is found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { eventually } from '../support/eventually.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-network] API Server should provide secure master service [Conformance]', async () => {
  const { spec } = await eventually(() => stage.resource(Service, 'default').get('kubernetes'))
  assert(spec.ports.some(({ name, port }: Any) => name === 'https' && port === 443))
})

test('[sig-network] Services should find a service from listing all namespaces [Conformance]', async () => {
  const { items } = await eventually(async () => {
    const list = await stage.resource(Service).list()
    assert(list.items.length > 0)
    return list
  })
  assert(items.some(({ metadata }: Any) => metadata.name === 'kubernetes' && metadata.namespace === 'default'))
})

test('[sig-network] API Server should have Endpoints and EndpointSlices pointing to API Server [Conformance]', async () => {
  await eventually(() => stage.resource(Service, 'default').get('kubernetes'))
  await eventually(async () => {
    const { subsets } = await stage.resource(Endpoints, 'default').get('kubernetes')
    assert(subsets.length > 0)
    const selector = { labelSelector: 'kubernetes.io/service-name=kubernetes' }
    const { items } = await stage.resource(EndpointSlice, 'default').list(selector)
    const slices = items.filter(({ addressType }: Any) => addressType === 'IPv4')
    assert(slices.length > 0)
    const addresses = subsets.flatMap(({ addresses: ready = [], notReadyAddresses = [] }: Any) =>
      [...ready, ...notReadyAddresses].map(({ ip }) => ip),
    )
    const ports = (groups: Any[]) => groups.flatMap(group => group.ports.map(({ port }: Any) => port))
    assert.deepEqual(
      new Set(slices.flatMap(({ endpoints }: Any) => (endpoints ?? []).flatMap((endpoint: Any) => endpoint.addresses))),
      new Set(addresses),
    )
    assert.deepEqual(new Set(ports(slices)), new Set(ports(subsets)))
  })
})

test('[sig-network] Services should complete a service status lifecycle [Conformance]', async () => {
  const services = stage.resource(Service, await stage.namespace('services'))
  const name = 'test-service'
  const selector = { labelSelector: 'test-service-static=true' }
  await using watching = await services.watch(selector)
  await services.create({
    metadata: { name, labels: { 'test-service-static': 'true' } },
    // Of a class that nobody here serves, so that only the test writes its status.
    spec: {
      type: 'LoadBalancer',
      loadBalancerClass: 'example.com/internal-vip',
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }],
    },
  })
  await watching.until(({ type, object }) => type === 'ADDED' && object.metadata.name === name)
  const { items } = await services.everywhere.list(selector)
  assert(items.some(({ metadata }: Any) => metadata.name === name && metadata.namespace === services.namespace))
  assert.deepEqual((await services.get(name, 'status')).status.loadBalancer, {})

  const patch = { metadata: { annotations: { patchedstatus: 'true' } }, status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } }
  const patched = await services.patch(name, patch, { subresource: 'status' })
  assert.equal(patched.status.loadBalancer.ingress[0].ip, '203.0.113.1')
  await watching.until(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.patchedstatus === 'true')

  const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' }
  await services.change(
    name,
    ({ status }) => (status.conditions = [{ ...condition, lastTransitionTime: '2026-01-01T00:00:00Z' }]),
    'status',
  )
  await watching.until(({ object }) => object.status.conditions?.some((one: Any) => one.type === 'StatusUpdate' && one.reason === 'E2E'))

  await services.patch(name, { metadata: { labels: { 'test-service': 'patched' } } }, { type: 'strategic' })
  await watching.until(({ object }) => object.metadata.labels['test-service'] === 'patched')
  await services.delete(name)
  await watching.until(({ type, object }) => type === 'DELETED' && object.metadata.name === name)
})

test('[sig-network] Services should delete a collection of services [Conformance]', async () => {
  const services = stage.resource(Service, await stage.namespace('services'))
  for (const [name, value] of [
    ['e2e-svc-a', 'true'],
    ['e2e-svc-b', 'true'],
    ['e2e-svc-c', 'false'],
  ] as const)
    await services.create({
      metadata: { name, labels: { 'e2e-service-collection': value } },
      spec: { type: 'ClusterIP', ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }] },
    })
  await services.counted(3, {})
  await services.deleteCollection({ labelSelector: 'e2e-service-collection=true' })
  const { items } = await services.counted(1, {})
  assert.equal(items[0].metadata.name, 'e2e-svc-c')
})
