/** Custom resources: their defaults, watches, and places in aggregated discovery. Run from the issue on that serves them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CustomResourceDefinition } from '#kinds/apiextensions/custom-resource-definition.ts'
import { definition, established, servedAs } from '../support/definitions.ts'
import { eventually } from '../support/eventually.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
/** Objects of a definition, by their paths. */
function objectsOf(served: Any) {
  const { path, apiVersion, kind } = servedAs(served)
  const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', name: string, body?: object) => {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }
    const { status, text } = await stage.raw(method, name ? `${path}/${name}` : path, { headers, body: body ? JSON.stringify(body) : '' })
    assert(status < 300, text)
    return JSON.parse(text)
  }
  return { path, send, create: (name: string) => send('POST', '', { apiVersion, kind, metadata: { name } }) }
}

test('[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] custom resource defaulting for requests and from storage works [Conformance]', async () => {
  const text = { type: 'string' }
  const definitions = stage.resource(CustomResourceDefinition)
  const made = await established(stage, definition('defaulted', { schema: { type: 'object', properties: { a: text, b: text } } }))
  const { send, create } = objectsOf(made)
  const property = (name: string) => `/spec/versions/0/schema/openAPIV3Schema/properties/${name}/default`
  const change = (...patch: object[]) => definitions.patch(made.metadata.name, patch, { type: 'json' })
  assert.equal((await create('one')).a, undefined)
  await change({ op: 'add', path: property('a'), value: 'A' })
  await eventually(async () => assert.equal((await send('GET', 'one')).a, 'A'))
  assert.equal((await create('two')).a, 'A')
  await change({ op: 'remove', path: property('a') }, { op: 'add', path: property('b'), value: 'B' })
  await eventually(async () => assert.equal((await send('GET', 'two')).b, 'B'))
  assert.equal((await send('GET', 'two')).a, 'A')
  assert.equal((await send('GET', 'one')).a, undefined)
  await definitions.delete(made.metadata.name)
})

test('[sig-api-machinery] CustomResourceDefinition Watch [Privileged:ClusterAdmin] CustomResourceDefinition Watch watch on custom resource definition objects [Conformance]', async () => {
  const { path, send, create } = objectsOf(await established(stage, definition('watched')))
  const watches = await Promise.all(['name1', 'name2'].map(name => stage.watch(path, { fieldSelector: `metadata.name=${name}` })))
  try {
    for (const [i, name] of ['name1', 'name2'].entries()) {
      await create(name)
      assert.equal((await watches[i]?.expect('ADDED'))?.object.metadata.name, name)
    }
    for (const [i, name] of ['name1', 'name2'].entries()) {
      await send('PATCH', name, { dummy: 'test' })
      assert.equal((await watches[i]?.expect('MODIFIED'))?.object.dummy, 'test')
      await send('DELETE', name)
      assert.equal((await watches[i]?.expect('DELETED'))?.object.metadata.name, name)
    }
  } finally {
    await Promise.all(watches.map(watching => watching[Symbol.asyncDispose]()))
  }
})

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
async function appearsInDiscovery(base: string, accept: string): Promise<void> {
  const { spec } = await established(stage, definition(base))
  await eventually(async () => {
    const { items } = await stage.document('/apis', accept)
    const group = items.find(({ metadata }: Any) => metadata.name === spec.group)
    assert(
      group?.versions[0].resources.some(({ resource }: Any) => resource === spec.names.plural),
      `${spec.group} is not listed`,
    )
  })
}
test('[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery request for CRDs [Conformance]', () =>
  appearsInDiscovery('raw', AGGREGATED))
test('[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface for CRDs [Conformance]', () =>
  appearsInDiscovery(
    'interface',
    `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`,
  ))
