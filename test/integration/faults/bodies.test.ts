/** Bodies that are too large, too slow, or never come to their end. */
import assert from 'node:assert/strict'
import { constants } from 'node:http2'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { BODY_MAX_BYTES, DISCARD_MAX_BYTES, REQUEST_TIMEOUT_MS } from '#apiserver/serve/limits.ts'
import { answerOf, MAPS, rest, type Served, serve, until } from './served.ts'

const TOO_LARGE = `Request entity too large: limit is ${BODY_MAX_BYTES}`
const POST = { ':method': 'POST', ':path': MAPS, 'content-type': 'application/json' }
const head = (...lines: readonly string[]) =>
  [`POST ${MAPS} HTTP/1.1`, 'host: x', 'content-type: application/json', ...lines, '', ''].join('\r\n')
const statusOf = (body: string) => JSON.parse(body.slice(body.indexOf('{'))) as { readonly message: string; readonly reason: string }
/** However much a client had on its way when it was cut off: what windows and buffers hold. */
const ON_ITS_WAY_BYTES = 8 * 1024 * 1024

async function isWell(server: Served): Promise<void> {
  assert.equal((await server.ask(MAPS)).code, 200)
  assert.deepEqual(server.faults, [])
}

test('HTTP/2: a body over 3 MiB is refused with the words of upstream', async () => {
  await using server = await serve()
  const { code, body } = await answerOf(
    server
      .session()
      .request(POST)
      .end(Buffer.alloc(BODY_MAX_BYTES + 1, 32)),
  )
  assert.deepEqual([code, statusOf(body).message, statusOf(body).reason], [413, TOO_LARGE, 'RequestEntityTooLarge'])
  await isWell(server)
})
for (const [how, lines, body] of [
  ['announced', [`content-length: ${BODY_MAX_BYTES + 1}`, 'connection: close'], Buffer.alloc(BODY_MAX_BYTES + 1, 32)],
  [
    'in chunks',
    ['transfer-encoding: chunked', 'connection: close'],
    Buffer.concat([Buffer.from('400000\r\n'), Buffer.alloc(0x40_0000, 32), Buffer.from('\r\n0\r\n\r\n')]),
  ],
] as const)
  test(`HTTP/1.1: a body over 3 MiB is refused, ${how}`, async () => {
    await using server = await serve()
    const socket = await server.socket()
    socket.write(head(...lines))
    socket.write(body)
    const answer = await rest(socket)
    assert.match(answer, /^HTTP\/1.1 413 /)
    assert.equal(statusOf(answer).message, TOO_LARGE)
    await isWell(server)
  })
test('a body of exactly 3 MiB is taken', async () => {
  await using server = await serve()
  const start = '{"metadata":{"name":"a"},"data":{"k":"'
  const body = start.padEnd(BODY_MAX_BYTES - 3, 'x') + '"}}'
  assert.equal((await server.ask(MAPS, { method: 'POST', body })).code, 201)
})

test('HTTP/2: who never ends a body is cut off, and has his answer', async () => {
  await using server = await serve()
  const stream = server.session().request(POST)
  const sent = sendWithoutEnd(stream)
  const { code } = await answerOf(stream)
  assert.equal(code, 413)
  assert((await sent) < BODY_MAX_BYTES + DISCARD_MAX_BYTES + ON_ITS_WAY_BYTES)
  await isWell(server)
})
test('HTTP/1.1: who never ends a body is cut off', async () => {
  await using server = await serve()
  const socket = await server.socket()
  const ended = rest(socket)
  socket.write(head('content-length: 99999999999'))
  assert((await sendWithoutEnd(socket)) < BODY_MAX_BYTES + DISCARD_MAX_BYTES + ON_ITS_WAY_BYTES)
  await ended
  await isWell(server)
})
/** Writes until nobody takes it any more; how much that was. */
async function sendWithoutEnd(to: NodeJS.WritableStream & { readonly destroyed: boolean }): Promise<number> {
  const piece = Buffer.alloc(256 * 1024, 32)
  let sent = 0
  to.on('error', () => undefined)
  while (!to.destroyed && sent < 100 * BODY_MAX_BYTES) {
    const { promise, resolve } = Promise.withResolvers<void>()
    to.once('close', resolve)
    to.write(piece, () => resolve())
    await promise
    to.removeListener('close', resolve)
    sent += piece.length
  }
  return sent
}

test('HTTP/2: a body that stops half-way is answered when a request has had its time', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock })
  const stream = server.session().request(POST)
  stream.write('{"metadata":')
  const answer = answerOf(stream)
  const { code, body } = await passing(clock, answer)
  assert.deepEqual([code, statusOf(body).message], [504, 'request did not complete within 60s'])
  await until(() => stream.closed, 'the stream is closed')
  assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR)
  await isWell(server)
})
test('HTTP/1.1: a body that stops half-way is answered when a request has had its time', async () => {
  const clock = new VirtualClock()
  await using server = await serve({ clock, timeouts: { headersMs: 300, requestMs: 400, checkMs: 50 } })
  const socket = await server.socket()
  socket.write(`${head('content-length: 1000')}{"metadata":`)
  const answer = rest(socket)
  assert.match(await passing(clock, answer), /^HTTP\/1.1 504 /)
  await isWell(server)
})
/** Lets the time of a request pass until something has come of it. */
async function passing<T>(clock: VirtualClock, outcome: Promise<T>): Promise<T> {
  let isThere = false
  const there = outcome.finally(() => (isThere = true))
  await until(() => {
    clock.advance(clock.now() + REQUEST_TIMEOUT_MS)
    return isThere
  }, 'there is an answer')
  return await there
}

test('connections that break in the middle of a body leave nothing behind', async () => {
  await using server = await serve()
  for (let round = 0; round < 50; round++) {
    const session = server.session()
    const stream = session.request(POST)
    stream.on('error', () => undefined)
    stream.write('{"metadata":{"name":')
    const socket = await server.socket()
    socket.removeAllListeners('error').on('error', () => undefined)
    socket.write(`${head('content-length: 1000')}{"metadata":`)
    if (round % 2) session.destroy()
    else stream.close(constants.NGHTTP2_CANCEL)
    socket.destroy()
  }
  await until(async () => (await server.inflight()) === 0, 'no request is worked on')
  await isWell(server)
})
