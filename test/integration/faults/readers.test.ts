/** Clients that ask and do not read: what they may hold of the server's memory, and for how long. */
import assert from 'node:assert/strict'
import type { ClientHttp2Stream } from 'node:http2'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { VirtualClock } from '#base/clock.ts'
import { WRITE_STALL_MAX_MS } from '#apiserver/serve/limits.ts'
import { answerOf, held, MAPS, type Served, serve, until } from './served.ts'

const MIB = 1024 * 1024
const put = (server: Served, name: string, bytes: number) =>
  server.api.local({ user: { name: 'admin', groups: ['system:masters'], extra: {} }, agent: 'test' }).send({
    method: 'POST',
    path: MAPS,
    body: { metadata: { name }, data: { k: 'x'.repeat(bytes) } },
  })
/** Lets time pass until something holds. */
const passing = (clock: VirtualClock, stepMs: number, holds: () => boolean | Promise<boolean>, what: string) =>
  until(async () => {
    if (await holds()) return true
    clock.advance(clock.now() + stepMs)
    return false
  }, what)
const silent = (stream: ClientHttp2Stream): ClientHttp2Stream => {
  stream.on('error', () => undefined)
  return stream.pause()
}

test('HTTP/2: who reads nothing of a long list is cut off, and holds nothing any more', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock })
  for (let i = 0; i < 20; i++) await put(server, `m-${i}`, MIB / 2)
  const before = await held()
  const session = server.session()
  const streams = Array.from({ length: 20 }, () => silent(session.request({ ':path': MAPS })))
  await Promise.all(streams.map(stream => new Promise(resolve => stream.once('response', resolve))))
  await passing(clock, WRITE_STALL_MAX_MS, () => streams.every(({ closed }) => closed), 'all are cut off')
  session.destroy()
  assert((await held()) - before < 12 * MIB)
  assert.equal((await answerOf(server.session().request({ ':path': MAPS }))).code, 200)
  assert.deepEqual(server.faults, [])
})
test('HTTP/1.1: who reads nothing of a long list is cut off', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock })
  for (let i = 0; i < 20; i++) await put(server, `m-${i}`, MIB / 2)
  const socket = await server.socket()
  socket.removeAllListeners('error').on('error', () => undefined)
  let length = 0
  socket.on('data', piece => (length += piece.length))
  socket.pause()
  const begun = clock.now()
  socket.write(`GET ${MAPS} HTTP/1.1\r\nhost: x\r\n\r\n`)
  const asked = socket.bytesRead
  await until(() => socket.bytesRead > asked, 'the answer begins')
  await nextTurn()
  let isOver = false
  socket.once('close', () => (isOver = true))
  await passing(
    clock,
    WRITE_STALL_MAX_MS,
    () => {
      // What had come before stands in front of the end.
      if (clock.now() > begun + 3 * WRITE_STALL_MAX_MS) socket.resume()
      return isOver
    },
    'it is cut off',
  )
  assert(length < 10 * MIB, 'the list did not come whole')
  assert.deepEqual(server.faults, [])
})
test('who reads slowly, but reads, gets the whole list', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock })
  for (let i = 0; i < 10; i++) await put(server, `m-${i}`, MIB / 2)
  const stream = server.session().request({ ':path': MAPS })
  let length = 0
  stream.on('data', (piece: Buffer) => {
    length += piece.length
    stream.pause()
    clock.advance(clock.now() + WRITE_STALL_MAX_MS / 100)
    setImmediate(() => stream.resume())
  })
  await new Promise(resolve => stream.once('close', resolve))
  assert.equal(stream.rstCode, 0)
  assert(length > 5 * MIB)
})
test('a watcher who reads nothing is cut off at the limit of its backlog, and others are not', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock })
  const path = `${MAPS}?watch=true`
  const lazy = silent(server.session().request({ ':path': path }))
  const keen = server.session().request({ ':path': path })
  let seen = 0
  keen.on('data', (piece: Buffer) => (seen += String(piece).split('\n').length - 1))
  await Promise.all([lazy, keen].map(stream => new Promise(resolve => stream.once('response', resolve))))
  const before = await held()
  const changes = 3_000
  for (let i = 0; i < changes; i++) {
    await put(server, `m-${i}`, 2_048)
    // Writes to memory need no turn of the event loop; reading does.
    await nextTurn()
  }
  await until(() => seen >= changes, 'the keen watcher has seen all')
  // The objects themselves are stored, once as they are and once in the history; events are shared by the watchers.
  assert((await held()) - before < 3 * changes * 2_600 + 16 * MIB)
  await passing(clock, WRITE_STALL_MAX_MS, () => lazy.closed, 'the lazy one is cut off')
  assert.equal(keen.closed, false)
  assert.deepEqual(server.faults, [])
})
