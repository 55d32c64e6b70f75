/** Watches in one process over the memory store. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalEvent } from '#apiserver/in-process.ts'
import { type Server, startServer } from './fixture.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
// `any`: tests look into objects of all kinds
type Any = any
const post = (server: Server, name: string, more: object = {}) =>
  server.local.send({ method: 'POST', path: MAPS, body: { metadata: { name }, ...more } }).then(({ body }) => body as Any)
/** A watch, read one event at a time. */
function watching(server: Server, query: Record<string, string> = {}) {
  const stop = new AbortController()
  const events = server.local.watch({ method: 'GET', path: MAPS, query, signal: stop.signal })[Symbol.asyncIterator]()
  return {
    next: async () => ((await events.next()) as { value: LocalEvent }).value as { type: string; object: Any },
    rest: async () => Array.fromAsync({ [Symbol.asyncIterator]: () => events }) as Promise<{ type: string; object: Any }[]>,
    stop: () => stop.abort(),
  }
}
const brief = ({ type, object }: { type: string; object: Any }) => `${type} ${object.metadata.name ?? ''}`.trim()

test('a watch without a revision begins with what is there and goes on with what comes', async () => {
  await using server = await startServer()
  await post(server, 'a')
  const watch = watching(server)
  assert.equal(brief(await watch.next()), 'ADDED a')
  const b = await post(server, 'b')
  assert.deepEqual((await watch.next()).object, b)
  await server.local.send({ method: 'PUT', path: `${MAPS}/b`, body: { metadata: { name: 'b' }, data: { k: 'v' } } })
  assert.equal(brief(await watch.next()), 'MODIFIED b')
  await server.local.send({ method: 'DELETE', path: `${MAPS}/b` })
  const gone = await watch.next()
  assert.equal(brief(gone), 'DELETED b')
  assert.equal(gone.object.metadata.resourceVersion, String(server.store.revision))
  watch.stop()
  assert.deepEqual(await watch.rest(), [])
})

test('a watch from a revision tells everything after it, once, however long ago', async () => {
  await using server = await startServer()
  const first = await post(server, 'first')
  for (let i = 0; i < 2_500; i++) await post(server, `m${i}`)
  const watch = watching(server, { resourceVersion: first.metadata.resourceVersion })
  for (let i = 0; i < 2_500; i++) assert.equal(brief(await watch.next()), `ADDED m${i}`)
  await post(server, 'last')
  assert.equal(brief(await watch.next()), 'ADDED last')
  watch.stop()
})

test('a watch from a compacted revision gets an error event with code 410', async () => {
  await using server = await startServer()
  const first = await post(server, 'first')
  for (const name of ['second', 'third']) await post(server, name)
  await server.store.compact(server.store.revision)
  const [event, ...more] = await watching(server, { resourceVersion: first.metadata.resourceVersion }).rest()
  assert.deepEqual([event?.type, event?.object.code, event?.object.reason, more.length], ['ERROR', 410, 'Expired', 0])
})

test('bookmarks come each minute and at the end, with the newest revision', async () => {
  await using server = await startServer()
  const first = await post(server, 'first')
  const watch = watching(server, { resourceVersion: first.metadata.resourceVersion, allowWatchBookmarks: 'true', timeoutSeconds: '90' })
  const next = watch.next()
  await new Promise(setImmediate)
  server.clock.advance(server.clock.now() + 60_000)
  const bookmark = await next
  assert.deepEqual(
    [bookmark.type, bookmark.object.kind, bookmark.object.metadata.resourceVersion],
    ['BOOKMARK', 'ConfigMap', String(server.store.revision)],
  )
  server.clock.advance(server.clock.now() + 30_000)
  assert.deepEqual(
    (await watch.rest()).map(({ type }) => type),
    ['BOOKMARK'],
  )
})

test('a streamed list ends with an annotated bookmark (KEP-3157)', async () => {
  await using server = await startServer()
  await post(server, 'a')
  const watch = watching(server, { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' })
  assert.equal(brief(await watch.next()), 'ADDED a')
  const { type, object } = await watch.next()
  assert.deepEqual([type, object.metadata.annotations], ['BOOKMARK', { 'k8s.io/initial-events-end': 'true' }])
  watch.stop()
})

test('a watcher that does not read is cut off, and others are not', async () => {
  await using server = await startServer()
  const slow = watching(server, { resourceVersion: String(server.store.revision) })
  const quick = watching(server, { resourceVersion: String(server.store.revision) })
  const begun = slow.next()
  const read: string[] = []
  const reading = (async () => {
    while (read.length < 1_102) read.push(brief(await quick.next()))
  })()
  await new Promise(setImmediate)
  await post(server, 'a')
  await begun
  for (let i = 0; i < 1_101; i++) await post(server, `m${i}`)
  await reading
  // It has had its turn.
  await new Promise(setImmediate)
  assert.deepEqual(await slow.rest(), [])
  quick.stop()
})

test('an object comes into a selection and leaves it', async () => {
  await using server = await startServer()
  const watch = watching(server, { labelSelector: 'a=1', resourceVersion: String(server.store.revision) })
  const put = (labels: object) => server.local.send({ method: 'PUT', path: `${MAPS}/m`, body: { metadata: { name: 'm', labels } } })
  await post(server, 'm')
  await put({ a: '1' })
  assert.equal(brief(await watch.next()), 'ADDED m')
  await put({ a: '1', b: '1' })
  assert.equal(brief(await watch.next()), 'MODIFIED m')
  await put({ a: '2' })
  const left = await watch.next()
  assert.equal(brief(left), 'DELETED m')
  assert.deepEqual([left.object.metadata.labels, left.object.metadata.resourceVersion], [{ a: '1', b: '1' }, String(server.store.revision)])
  watch.stop()
})

test('a long beginning is no backlog', async () => {
  await using server = await startServer()
  for (let i = 0; i < 1_200; i++) await post(server, `m${i}`)
  const watch = watching(server)
  assert.equal((await watch.next()).type, 'ADDED')
  await post(server, 'z')
  for (let i = 1; i < 1_200; i++) await watch.next()
  assert.equal(brief(await watch.next()), 'ADDED z')
  watch.stop()
})
