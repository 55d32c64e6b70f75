/** OpenAPI is told by hash, so that clients fetch a document once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '#kinds/catalogue.ts'
import { groupVersion } from '#kinds/declare.ts'
import { GNOSTIC_TYPE } from '#schema/openapi/gnostic.ts'
import type { Incoming } from '../request.ts'
import { Registry } from '../resources/registry.ts'
import type { BytesResult } from '../result.ts'
import { openapiRoute } from './openapi-route.ts'

const registry = new Registry(undefined as never, undefined as never, catalogue)
const route = openapiRoute(registry, 'v1.36.0')
const ask = async (path: string, headers: Incoming['headers'] = {}) => {
  const { pathname, searchParams } = new URL(path, 'http://server')
  return (await route({ target: { path: pathname }, incoming: { headers, query: searchParams } } as never)) as BytesResult
}
const json = ({ body }: BytesResult) => JSON.parse(Buffer.from(body as Uint8Array).toString())
const paths = async (): Promise<Record<string, { serverRelativeURL: string }>> => json(await ask('/openapi/v3')).paths
const apps = async () => (await paths())['apis/apps/v1']?.serverRelativeURL ?? ''

test('the index leads to every group version', async () => {
  const found = await paths()
  assert(found['api/v1'] && found['apis/apps/v1'])
  for (const { serverRelativeURL } of Object.values(found)) {
    const { code, headers } = await ask(serverRelativeURL)
    assert.equal(code, 200, serverRelativeURL)
    assert.match(String(headers['cache-control']), /immutable/)
  }
})
test('another hash leads to the document as it is now', async () => {
  const { code, headers } = await ask('/openapi/v3/apis/apps/v1?hash=x')
  assert.deepEqual([code, headers.location], [301, await apps()])
})
test('a document that the client has is not sent again', async () => {
  for (const path of ['/openapi/v2', '/openapi/v3', '/openapi/v3/apis/apps/v1']) {
    const etag = String((await ask(path)).headers.etag)
    assert.equal((await ask(path, { 'if-none-match': etag })).code, 304, path)
  }
})
test('what is not served has no document', async () => assert.equal(await ask('/openapi/v3/apis/none/v1'), undefined))
test('v2 comes in JSON or in protobuf', async () => {
  assert.equal(json(await ask('/openapi/v2')).swagger, '2.0')
  const { headers, body } = await ask('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' })
  assert.equal(headers['content-type'], GNOSTIC_TYPE)
  assert.deepEqual([...(body as Uint8Array).subarray(0, 5)], [0x0a, 3, 0x32, 0x2e, 0x30])
})
test('a custom resource changes the index and its own document, and no other', async () => {
  const { kind } = groupVersion({ group: 'acme.com', version: 'v1', package: 'com.acme.v1' })
  const before = await apps()
  const schema = { type: 'object', properties: { colour: { type: 'string' } } }
  class Widget extends kind({ plural: 'widgets', scope: 'Namespaced', fields: {} }) {
    static published = { custom: { schema } }
  }
  registry.add(Widget as never)
  const url = (await paths())['apis/acme.com/v1']?.serverRelativeURL ?? ''
  assert.equal(json(await ask(url)).components.schemas['com.acme.v1.Widget'].properties.colour.type, 'string')
  assert.equal(await apps(), before)
  registry.remove('acme.com', 'v1', 'widgets')
  assert.equal((await paths())['apis/acme.com/v1'], undefined)
})
