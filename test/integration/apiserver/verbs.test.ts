/** The verbs in one process over the memory store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdmissionPlugin } from '#apiserver/admit/admission.ts'
import type { LocalRequest } from '#apiserver/in-process.ts'
import { metaOf } from '#apiserver/resources/metadata.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type Server, startServer } from './fixture.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const ORDERS = '/apis/shop.example/v1/namespaces/default/orders'
// `any`: tests look into objects of all kinds
type Any = any
const call = async ({ local }: Server, method: LocalRequest['method'], path: string, more: Partial<LocalRequest> = {}): Promise<Any> =>
  (await local.send({ method, path, ...more })).body
const refusedWith = (code: number, message: RegExp | string) => (error: unknown) => {
  assert(isRefusal(error), String(error))
  assert.equal(error.code, code, error.message)
  if (typeof message === 'string') assert.equal(error.message, message)
  else assert.match(error.message, message)
  return true
}
const map = (name: string, data: Record<string, string> = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
})

test('what is created can be read, with what only the server sets', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: map('a', { k: 'v' }) })
  assert.equal(made.metadata.namespace, 'default')
  assert.match(made.metadata.uid, /^[0-9a-f-]{36}$/)
  assert.equal(made.metadata.creationTimestamp, '2030-01-01T00:00:00Z')
  assert.match(made.metadata.resourceVersion, /^\d+$/)
  assert.equal(made.metadata.managedFields[0].manager, 'tester')
  assert(Object.isFrozen(made.data))
  assert.deepEqual(await call(server, 'GET', `${MAPS}/a`), made)
  await assert.rejects(call(server, 'POST', MAPS, { body: map('a') }), refusedWith(409, 'configmaps "a" already exists'))
  await assert.rejects(call(server, 'GET', `${MAPS}/b`), refusedWith(404, 'configmaps "b" not found'))
})

test('names are generated from a prefix, with letters that make no words', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: { metadata: { generateName: 'web-' } } })
  assert.match(made.metadata.name, /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
})

test('an update must agree with its path and with the state that its writer saw', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: map('a', { k: '1' }) })
  const second = await call(server, 'PUT', `${MAPS}/a`, { body: { ...made, data: { k: '2' } } })
  assert(Number(second.metadata.resourceVersion) > Number(made.metadata.resourceVersion))
  await assert.rejects(
    call(server, 'PUT', `${MAPS}/a`, { body: { ...made, data: { k: '3' } } }),
    refusedWith(
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ),
  )
  await assert.rejects(
    call(server, 'PUT', `${MAPS}/a`, { body: map('b') }),
    refusedWith(400, 'the name of the object (b) does not match the name on the URL (a)'),
  )
  await assert.rejects(
    call(server, 'PUT', `${MAPS}/a`, { body: map('a', {}, { namespace: 'x' }) }),
    refusedWith(400, 'the namespace of the provided object does not match the namespace sent on the request'),
  )
  const third = await call(server, 'PUT', `${MAPS}/a`, { body: map('a', { k: '4' }) })
  assert.equal(third.metadata.uid, made.metadata.uid)
  assert.equal(third.metadata.creationTimestamp, made.metadata.creationTimestamp)
})

test('an update that changes nothing writes nothing', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: map('a', { k: '1' }) })
  const { revision } = server.store
  server.clock.advance(server.clock.now() + 5_000)
  const again = await call(server, 'PUT', `${MAPS}/a`, { body: made })
  assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion)
  assert.equal(server.store.revision, revision)
})

test('what admission adds to a new object, and its first status, are nobody’s', async () => {
  const colouring: AdmissionPlugin = {
    name: 'Colouring',
    mutate: ({ draft }) => void (draft && (metaOf(draft).labels = { colour: 'red' })),
  }
  await using server = await startServer({ admission: [colouring] })
  const made = await call(server, 'POST', ORDERS, { body: { metadata: { name: 'o' }, spec: { item: 'tea' }, status: { shipped: 9 } } })
  assert.deepEqual([made.metadata.labels, made.status], [{ colour: 'red' }, { shipped: 0 }])
  assert.deepEqual(made.metadata.managedFields[0].fieldsV1, { 'f:spec': { 'f:count': {}, 'f:item': {} } })
})

test('the generation counts changes of what is wanted, not of status or labels', async () => {
  await using server = await startServer()
  const order = { metadata: { name: 'o' }, spec: { item: 'tea' }, status: { shipped: 9 } }
  const made = await call(server, 'POST', ORDERS, { body: order })
  assert.deepEqual([made.metadata.generation, made.spec.count, made.status.shipped], [1, 1, 0])
  const labelled = await call(server, 'PUT', `${ORDERS}/o`, {
    body: { ...made, metadata: { ...made.metadata, labels: { a: 'b' } }, status: { shipped: 3 } },
  })
  assert.deepEqual([labelled.metadata.generation, labelled.status.shipped], [1, 0])
  const status = await call(server, 'PUT', `${ORDERS}/o/status`, {
    body: { ...labelled, spec: { item: 'coffee' }, status: { shipped: 3 } },
  })
  assert.deepEqual([status.metadata.generation, status.status.shipped, status.spec.item], [1, 3, 'tea'])
  const wanted = await call(server, 'PUT', `${ORDERS}/o`, { body: { ...status, spec: { item: 'tea', count: 2 } } })
  assert.deepEqual([wanted.metadata.generation, wanted.status.shipped], [2, 3])
  assert.deepEqual(
    wanted.metadata.managedFields.map(({ subresource, fieldsV1 }: Any) => [subresource, Object.keys(fieldsV1)]),
    [
      [undefined, ['f:metadata', 'f:spec']],
      ['status', ['f:status']],
    ],
  )
})

test('a broken rule is refused with its path', async () => {
  await using server = await startServer()
  await assert.rejects(
    call(server, 'POST', ORDERS, { body: { metadata: { name: 'o' }, spec: { item: 'tea', count: -1 } } }),
    refusedWith(422, /^Order.shop.example "o" is invalid: spec.count: Invalid value: -1: must be greater than or equal to 1$/),
  )
  await assert.rejects(
    call(server, 'POST', ORDERS, { body: { metadata: {}, spec: { item: 'tea' } } }),
    refusedWith(422, /name or generateName is required/),
  )
})

test('a deletion answers with a Status and its details, and conditions hold', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: map('a') })
  await assert.rejects(
    call(server, 'DELETE', `${MAPS}/a`, { body: { preconditions: { uid: 'x' } } }),
    refusedWith(409, /UID in the precondition \(x\)/),
  )
  const answer = await call(server, 'DELETE', `${MAPS}/a`)
  assert.deepEqual(answer, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'a', kind: 'configmaps', uid: made.metadata.uid },
  })
  await assert.rejects(call(server, 'DELETE', `${MAPS}/a`), refusedWith(404, 'configmaps "a" not found'))
})

test('finalizers hold an object until the last of them is gone', async () => {
  await using server = await startServer()
  await call(server, 'POST', MAPS, { body: map('a', {}, { finalizers: ['example.com/wait'] }) })
  const dying = await call(server, 'DELETE', `${MAPS}/a`)
  assert.deepEqual([dying.metadata.deletionTimestamp, dying.metadata.deletionGracePeriodSeconds], ['2030-01-01T00:00:00Z', 0])
  await assert.rejects(
    call(server, 'PUT', `${MAPS}/a`, {
      body: { ...dying, metadata: { ...dying.metadata, finalizers: ['example.com/wait', 'example.com/more'] } },
    }),
    refusedWith(422, /no new finalizers can be added if the object is being deleted/),
  )
  await assert.rejects(
    call(server, 'POST', MAPS, { body: map('a') }),
    refusedWith(409, 'object is being deleted: configmaps "a" already exists'),
  )
  await call(server, 'PUT', `${MAPS}/a`, { body: { ...dying, metadata: { ...dying.metadata, finalizers: [] } } })
  await assert.rejects(call(server, 'GET', `${MAPS}/a`), refusedWith(404, /not found/))
})

test('propagation becomes a finalizer for the garbage collector', async () => {
  await using server = await startServer()
  for (const [propagationPolicy, finalizer] of [
    ['Foreground', 'foregroundDeletion'],
    ['Orphan', 'orphan'],
  ] as const) {
    await call(server, 'POST', MAPS, { body: map(propagationPolicy.toLowerCase()) })
    const dying = await call(server, 'DELETE', `${MAPS}/${propagationPolicy.toLowerCase()}`, { body: { propagationPolicy } })
    assert.deepEqual(dying.metadata.finalizers, [finalizer])
  }
  await call(server, 'POST', MAPS, { body: map('now') })
  const gone = await call(server, 'DELETE', `${MAPS}/now`, { body: { propagationPolicy: 'Background' } })
  assert.equal(gone.status, 'Success')
})

test('kinds from before the garbage collector keep their dependents unless something else is said', async () => {
  await using server = await startServer()
  const gadgets = '/apis/shop.example/v1/namespaces/default/gadgets'
  const make = (name: string, metadata: object = {}) => call(server, 'POST', gadgets, { body: { metadata: { name, ...metadata } } })
  await make('a')
  assert.deepEqual((await call(server, 'DELETE', `${gadgets}/a`)).metadata.finalizers, ['orphan'])
  await make('b', { finalizers: ['foregroundDeletion'] })
  assert.deepEqual((await call(server, 'DELETE', `${gadgets}/b`)).metadata.finalizers, ['foregroundDeletion'])
  await make('c')
  assert.equal((await call(server, 'DELETE', `${gadgets}/c`, { body: { orphanDependents: false } })).status, 'Success')
})

test('a graceful deletion waits, can be hastened, and counts as a change of what is wanted', async () => {
  await using server = await startServer()
  await call(server, 'POST', ORDERS, { body: { metadata: { name: 'o', labels: { slow: 'y' } }, spec: { item: 'tea' } } })
  const dying = await call(server, 'DELETE', `${ORDERS}/o`)
  assert.deepEqual(
    [dying.metadata.deletionTimestamp, dying.metadata.deletionGracePeriodSeconds, dying.metadata.generation],
    ['2030-01-01T00:00:30Z', 30, 2],
  )
  const same = await call(server, 'DELETE', `${ORDERS}/o`, { body: { gracePeriodSeconds: 60 } })
  assert.equal(same.metadata.deletionGracePeriodSeconds, 30)
  const sooner = await call(server, 'DELETE', `${ORDERS}/o`, { body: { gracePeriodSeconds: 10 } })
  assert.deepEqual([sooner.metadata.deletionTimestamp, sooner.metadata.deletionGracePeriodSeconds], ['2030-01-01T00:00:10Z', 10])
  await call(server, 'DELETE', `${ORDERS}/o`, { body: { gracePeriodSeconds: 0 } })
  await assert.rejects(call(server, 'GET', `${ORDERS}/o`), refusedWith(404, /not found/))
})

test('a dry run tells what would be, and stores nothing', async () => {
  await using server = await startServer()
  const { revision } = server.store
  const would = await call(server, 'POST', MAPS, { body: map('a'), query: { dryRun: 'All' } })
  assert.equal(would.metadata.resourceVersion, undefined)
  assert(would.metadata.uid)
  assert.equal(server.store.revision, revision)
  await assert.rejects(
    call(server, 'POST', MAPS, { body: map('a'), query: { dryRun: 'some' } }),
    refusedWith(422, /CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "some": supported values: "All"/),
  )
})

test('unknown fields are warned of, refused or ignored, as the request says', async () => {
  await using server = await startServer()
  const odd = { ...map('a'), dta: {} }
  const { warnings } = await server.local.send({ method: 'POST', path: MAPS, body: odd })
  assert.deepEqual(warnings, ['unknown field "dta"; did you mean "data"?'])
  await assert.rejects(
    call(server, 'POST', MAPS, { body: odd, query: { fieldValidation: 'Strict' } }),
    refusedWith(400, /strict decoding error: unknown field "dta"/),
  )
})

test('lists are sorted, told in chunks of one state, and counted', async () => {
  await using server = await startServer()
  for (const name of ['c', 'a', 'd', 'b']) await call(server, 'POST', MAPS, { body: map(name) })
  const first = await call(server, 'GET', MAPS, { query: { limit: '2' } })
  assert.deepEqual(
    first.items.map((item: Any) => item.metadata.name),
    ['a', 'b'],
  )
  assert.equal(first.metadata.remainingItemCount, 2)
  await call(server, 'DELETE', `${MAPS}/c`)
  await call(server, 'POST', MAPS, { body: map('e') })
  const second = await call(server, 'GET', MAPS, { query: { limit: '2', continue: first.metadata.continue } })
  assert.deepEqual(
    second.items.map((item: Any) => item.metadata.name),
    ['c', 'd'],
  )
  assert.equal(second.metadata.continue, undefined)
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion)
})

test('a token whose state is compacted is refused with one that goes on inconsistently', async () => {
  await using server = await startServer()
  for (const name of ['a', 'b', 'c']) await call(server, 'POST', MAPS, { body: map(name) })
  const first = await call(server, 'GET', MAPS, { query: { limit: '1' } })
  await call(server, 'DELETE', `${MAPS}/b`)
  await server.store.compact(server.store.revision)
  let token = ''
  await assert.rejects(call(server, 'GET', MAPS, { query: { limit: '1', continue: first.metadata.continue } }), error => {
    assert(isRefusal(error, 'Expired'))
    token = error.status.metadata.continue ?? ''
    return true
  })
  const rest = await call(server, 'GET', MAPS, { query: { continue: token } })
  assert.deepEqual(
    rest.items.map((item: Any) => item.metadata.name),
    ['c'],
  )
})

test('a token ends when its state is compacted, though nothing of its kind has changed', async () => {
  await using server = await startServer()
  for (const name of ['a', 'b']) await call(server, 'POST', MAPS, { body: map(name) })
  const first = await call(server, 'GET', MAPS, { query: { limit: '1' } })
  await call(server, 'POST', '/apis/shop.example/v1/shelves', { body: { metadata: { name: 'other' } } })
  await server.store.compact(server.store.revision)
  const asked = { limit: '1', continue: first.metadata.continue }
  await assert.rejects(call(server, 'GET', MAPS, { query: asked }), refusedWith(410, /^The provided continue parameter is too old/))
})

test('a revision that is not here yet is told as upstream tells it', async () => {
  await using server = await startServer()
  const waiting = call(server, 'GET', MAPS, { query: { resourceVersion: '999999' } })
  waiting.catch(() => undefined)
  await new Promise(setImmediate)
  server.clock.advance(server.clock.now() + 3_000)
  await assert.rejects(waiting, refusedWith(504, /^Too large resource version: 999999, current: \d+$/))
})

test('a past state can be listed exactly', async () => {
  await using server = await startServer()
  const made = await call(server, 'POST', MAPS, { body: map('a') })
  await call(server, 'POST', MAPS, { body: map('b') })
  const query = { resourceVersion: made.metadata.resourceVersion, resourceVersionMatch: 'Exact' }
  const list = await call(server, 'GET', MAPS, { query })
  assert.deepEqual([list.items.length, list.metadata.resourceVersion], [1, made.metadata.resourceVersion])
})

test('a view shows and stores the same objects in its own form', async () => {
  await using server = await startServer()
  const view = '/apis/shop.example/v1beta1/namespaces/default/orders'
  const made = await call(server, 'POST', view, { body: { metadata: { name: 'o' }, item: 'tea', number: 3 } })
  assert.deepEqual([made.apiVersion, made.item, made.number, made.spec], ['shop.example/v1beta1', 'tea', 3, undefined])
  const stored = await call(server, 'GET', `${ORDERS}/o`)
  assert.deepEqual([stored.apiVersion, stored.spec], ['shop.example/v1', { item: 'tea', count: 3 }])
})

test('deletecollection deletes what is there and answers with it', async () => {
  await using server = await startServer()
  for (const name of ['a', 'b']) await call(server, 'POST', MAPS, { body: map(name) })
  const deleted = await call(server, 'DELETE', MAPS)
  assert.equal(deleted.items.length, 2)
  assert.equal((await call(server, 'GET', MAPS)).items.length, 0)
})

test('paths and methods that lead nowhere are refused, never a fault', async () => {
  await using server = await startServer()
  const rows: readonly [LocalRequest['method'], string, number][] = [
    ['GET', '/apis/none.example/v1/things', 404],
    ['GET', '/api/v1/things', 404],
    ['POST', '/api/v1/configmaps', 405],
    ['PUT', MAPS, 405],
    ['POST', `${MAPS}/a`, 405],
    ['GET', `${MAPS}/a/status`, 404],
    ['GET', '/api/v1/namespaces/default/shelves', 404],
    ['GET', '/apis/shop.example/v1/namespaces/default/shelves/s', 404],
    ['GET', '/api/v1/%zz', 400],
    ['GET', '/nowhere', 404],
    ['GET', '/api/v1/__proto__', 404],
    ['GET', '/apis/shop.example/v1/namespaces/default/orders/o/__proto__', 404],
  ]
  for (const [method, path, code] of rows) await assert.rejects(call(server, method, path), refusedWith(code, /./), `${method} ${path}`)
})

test('labels and fields select, and what cannot be selected by is refused', async () => {
  await using server = await startServer()
  for (const [name, item, tier] of [
    ['a', 'tea', 'x'],
    ['b', 'tea', 'y'],
    ['c', 'milk', 'x'],
  ] as const)
    await call(server, 'POST', ORDERS, { body: { metadata: { name, labels: { tier } }, spec: { item } } })
  const rows: readonly [Record<string, string>, string[]][] = [
    [{ labelSelector: 'tier=x' }, ['a', 'c']],
    [{ labelSelector: 'tier in (y,z)' }, ['b']],
    [{ labelSelector: '!tier' }, []],
    [{ fieldSelector: 'spec.item=tea' }, ['a', 'b']],
    [{ fieldSelector: 'spec.item!=tea' }, ['c']],
    [{ fieldSelector: 'metadata.name=b' }, ['b']],
    [{ fieldSelector: 'spec.item=tea,metadata.name!=b', labelSelector: 'tier' }, ['a']],
  ]
  for (const [query, names] of rows)
    assert.deepEqual(
      (await call(server, 'GET', ORDERS, { query })).items.map((item: Any) => item.metadata.name),
      names,
      JSON.stringify(query),
    )
  await assert.rejects(
    call(server, 'GET', ORDERS, { query: { fieldSelector: 'spec.count=1' } }),
    refusedWith(400, 'field label not supported: spec.count'),
  )
  await assert.rejects(
    call(server, 'GET', MAPS, { query: { fieldSelector: 'data=1' } }),
    refusedWith(400, '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'),
  )
  await assert.rejects(call(server, 'GET', MAPS, { query: { labelSelector: 'a=b=c' } }), refusedWith(400, /./))
})
