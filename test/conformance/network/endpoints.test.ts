/** Endpoints and endpoint slices as objects, and how the ones are mirrored in the others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { eventually } from '../support/eventually.ts'
import { checkDiscovery, runOperations } from '../support/operations.ts'
import { type Any, assertNewer, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-network] Endpoints should test the lifecycle of an Endpoint [Conformance]', async () => {
  const endpoints = stage.resource(Endpoints, await stage.namespace('endpoints'))
  const name = 'testservice'
  const selector = { labelSelector: 'test-endpoint-static=true' }
  await using watching = await endpoints.watch(selector)
  const made = await endpoints.create({
    metadata: { name, labels: { 'test-endpoint-static': 'true' } },
    subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }],
  })
  await watching.expect('ADDED')
  const { items } = await endpoints.everywhere.list(selector)
  const found = structuredClone(items.find(({ metadata }: Any) => metadata.name === name && metadata.namespace === endpoints.namespace))
  found.metadata.labels['test-service'] = 'updated'
  await endpoints.update(found)
  await watching.expect('MODIFIED')
  assert.equal((await endpoints.get(name)).metadata.labels['test-service'], 'updated')

  const subsets = [{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080 }] }]
  const patched = await endpoints.patch(name, { metadata: { labels: { 'test-service': 'patched' } }, subsets }, { type: 'strategic' })
  assertNewer(patched, made)
  await watching.expect('MODIFIED')
  const after = await endpoints.get(name)
  assert.equal(after.metadata.labels['test-service'], 'patched')
  const [{ addresses, ports }] = after.subsets
  assert.deepEqual([addresses[0].ip, ports[0].name, ports[0].port], ['10.0.0.25', 'http-test', 8080])

  await endpoints.deleteCollection(selector)
  await watching.expect('DELETED')
  await refused('NotFound', endpoints.get(name))
})

test('[sig-network] EndpointSlice should support creating EndpointSlice API operations [Conformance]', () =>
  runOperations(stage, {
    kind: EndpointSlice,
    object: {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['1.2.3.4', '5.6.7.8'] }, { addresses: ['2.2.3.4', '6.6.7.8'] }],
    },
  }))

test('[sig-network] EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete [Conformance]', async () => {
  await checkDiscovery(stage, EndpointSlice)
  const namespace = await stage.namespace('mirroring')
  const name = 'example-custom-endpoints'
  await stage.resource(Service, namespace).create({ metadata: { name }, spec: { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] } })
  const endpoints = stage.resource(Endpoints, namespace)
  const slices = stage.resource(EndpointSlice, namespace)
  const selector = { labelSelector: `kubernetes.io/service-name=${name}` }
  const subsets = (ip: string) => [{ ports: [{ port: 80 }], addresses: [{ ip }] }]
  const mirrored = (ip: string) =>
    eventually(async () => {
      const { items } = await slices.list(selector)
      assert.deepEqual(
        items.map((slice: Any) => [
          slice.ports.map(({ port }: Any) => port),
          (slice.endpoints ?? []).map(({ addresses }: Any) => addresses),
        ]),
        [[[80], [[ip]]]],
      )
    })
  await endpoints.create({ metadata: { name }, subsets: subsets('10.1.2.3') })
  await mirrored('10.1.2.3')
  await endpoints.update({ metadata: { name }, subsets: subsets('10.2.3.4') })
  await mirrored('10.2.3.4')
  await endpoints.delete(name)
  await slices.counted(0, selector)
})
