/** Patches of all four types, and the subresources that write. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalRequest } from '#apiserver/in-process.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type Server, startServer } from './fixture.ts'

const ORDERS = '/apis/shop.example/v1/namespaces/default/orders'
// `any`: tests look into objects of all kinds
type Any = any
const call = async ({ local }: Server, method: LocalRequest['method'], path: string, more: Partial<LocalRequest> = {}): Promise<Any> =>
  (await local.send({ method, path, ...more })).body
const refusedWith = (code: number, message: RegExp) => (error: unknown) => {
  assert(isRefusal(error), String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  return true
}
const patch = (server: Server, type: string, body: unknown, { path = `${ORDERS}/o`, query = {} } = {}) =>
  call(server, 'PATCH', path, { contentType: `application/${type}`, body, query })
const started = async () => {
  const server = await startServer()
  await call(server, 'POST', ORDERS, { body: { metadata: { name: 'o', labels: { a: '1' } }, spec: { item: 'tea', count: 2 } } })
  return server
}

const ROWS: readonly [string, string, unknown, Any][] = [
  ['a JSON patch', 'json-patch+json', [{ op: 'replace', path: '/spec/count', value: 5 }], { item: 'tea', count: 5 }],
  ['a merge patch', 'merge-patch+json', { spec: { count: 6 } }, { item: 'tea', count: 6 }],
  ['a strategic merge patch', 'strategic-merge-patch+json', { spec: { count: 7 } }, { item: 'tea', count: 7 }],
  ['a patch that removes a default gets it back', 'merge-patch+json', { spec: { count: null } }, { item: 'tea', count: 1 }],
]
for (const [rule, type, body, spec] of ROWS)
  test(rule, async () => {
    await using server = await started()
    const after = await patch(server, type, body)
    assert.deepEqual(after.spec, spec)
    assert.equal(after.metadata.generation, 2)
    assert.deepEqual(await call(server, 'GET', `${ORDERS}/o`), after)
  })

const REFUSED: readonly [string, string, unknown, number, RegExp][] = [
  [
    'a JSON patch that does not apply',
    'json-patch+json',
    [{ op: 'remove', path: '/spec/nothing' }],
    422,
    /^the server rejected our request due to an error in our request$/,
  ],
  ['another name', 'merge-patch+json', { metadata: { name: 'p' } }, 400, /the name of the object \(p\) does not match/],
  ['another state than the current one', 'merge-patch+json', { metadata: { resourceVersion: '1' } }, 409, /has been modified/],
  ['an object of another life', 'merge-patch+json', { metadata: { uid: 'x' } }, 409, /Precondition failed: UID in precondition: x/],
  ['a broken rule', 'merge-patch+json', { spec: { count: -1 } }, 422, /spec.count/],
  [
    'a type that nobody knows',
    'x-patch',
    {},
    415,
    /application\/json-patch\+json, application\/merge-patch\+json, application\/strategic-merge-patch\+json, application\/apply-patch\+yaml/,
  ],
]
for (const [rule, type, body, code, message] of REFUSED)
  test(`refused: ${rule}`, async () => {
    await using server = await started()
    await assert.rejects(patch(server, type, body), refusedWith(code, message))
  })

test('a patch of what is not there is refused; an apply creates it', async () => {
  await using server = await startServer()
  await assert.rejects(patch(server, 'merge-patch+json', {}), refusedWith(404, /orders.shop.example "o" not found/))
  const config = { apiVersion: 'shop.example/v1', kind: 'Order', metadata: { name: 'o' }, spec: { item: 'tea' } }
  const { code, body } = await server.local.send({
    method: 'PATCH',
    path: `${ORDERS}/o`,
    contentType: 'application/apply-patch+yaml',
    body: config,
    query: { fieldManager: 'me' },
  })
  assert.equal(code, 201)
  const [entry] = (body as Any).metadata.managedFields
  assert.deepEqual([entry.manager, entry.operation, entry.fieldsV1], ['me', 'Apply', { 'f:spec': { 'f:item': {} } }])
})

test('an apply owns what it names, gives up what it no longer names, and conflicts with other owners', async () => {
  await using server = await started()
  const apply = (spec: object, manager: string, more: object = {}) =>
    patch(
      server,
      'apply-patch+yaml',
      { apiVersion: 'shop.example/v1', kind: 'Order', metadata: { name: 'o' }, spec },
      { query: { fieldManager: manager, ...more } },
    )
  await assert.rejects(apply({ item: 'milk' }, 'me'), error => {
    assert(isRefusal(error, 'Conflict'))
    assert.match(error.message, /^Apply failed with 1 conflict: conflict with "tester" using shop.example\/v1: .spec.item$/)
    assert.equal(error.status.details?.causes?.[0]?.field, '.spec.item')
    return true
  })
  const forced = await apply({ item: 'milk', count: 4 }, 'me', { force: 'true' })
  assert.deepEqual(forced.spec, { item: 'milk', count: 4 })
  const less = await apply({ item: 'milk' }, 'me')
  assert.deepEqual(less.spec, { item: 'milk', count: 1 })
  const { revision } = server.store
  await apply({ item: 'milk' }, 'me')
  assert.equal(server.store.revision, revision, 'the same apply again writes nothing')
  await assert.rejects(apply({ item: 'milk' }, ''), refusedWith(422, /fieldManager: Required value: is required for apply patch/))
})

test('patches at the same time do not overwrite each other', async () => {
  await using server = await started()
  await Promise.all(Array.from({ length: 20 }, (_, i) => patch(server, 'merge-patch+json', { metadata: { labels: { [`l${i}`]: 'x' } } })))
  assert.equal(Object.keys((await call(server, 'GET', `${ORDERS}/o`)).metadata.labels).length, 21)
})

test('status is patched apart from the rest', async () => {
  await using server = await started()
  const path = `${ORDERS}/o/status`
  const after = await patch(
    server,
    'merge-patch+json',
    { spec: { count: 9 }, metadata: { annotations: { a: 'b' } }, status: { shipped: 1 } },
    { path },
  )
  assert.deepEqual([after.spec.count, after.status.shipped, after.metadata.annotations, after.metadata.generation], [2, 1, { a: 'b' }, 1])
})

test('scale shows and sets the declared paths', async () => {
  await using server = await started()
  const path = `${ORDERS}/o/scale`
  const shown = await call(server, 'GET', path)
  assert.deepEqual([shown.kind, shown.apiVersion, shown.spec.replicas, shown.status.replicas], ['Scale', 'autoscaling/v1', 2, 0])
  const set = await call(server, 'PUT', path, { body: { ...shown, spec: { replicas: 3 } } })
  assert.equal(set.spec.replicas, 3)
  await assert.rejects(call(server, 'PUT', path, { body: { ...shown, spec: { replicas: 4 } } }), refusedWith(409, /has been modified/))
  assert.equal((await patch(server, 'merge-patch+json', { spec: { replicas: 5 } }, { path })).spec.replicas, 5)
  const order = await call(server, 'GET', `${ORDERS}/o`)
  assert.deepEqual([order.spec.count, order.metadata.generation], [5, 3])
  await assert.rejects(
    patch(server, 'merge-patch+json', { spec: { replicas: -1 } }, { path }),
    refusedWith(422, /spec.replicas: Invalid value: -1: must be greater than or equal to 0/),
  )
})
