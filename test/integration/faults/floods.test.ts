/** Floods: heads without end, streams without number, and requests that are taken back as soon as they are made. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { test } from 'node:test'
import { STREAMS_MAX } from '#apiserver/serve/limits.ts'
import { answerOf, held, MAPS, rest, type Served, serve } from './served.ts'

/** What a flood may leave in memory. */
const LEFT_MAX_BYTES = 16 * 1024 * 1024

async function leavingNothing(server: Served, flood: () => Promise<void>): Promise<void> {
  assert.equal((await server.ask(MAPS)).code, 200)
  const before = await held()
  await flood()
  assert.equal((await server.ask(MAPS)).code, 200)
  const left = (await held()) - before
  assert(left < LEFT_MAX_BYTES, `${left} bytes are left`)
  assert.deepEqual(server.faults, [])
}

for (const [what, lines] of [
  ['a long header', [`x-long: ${'x'.repeat(100_000)}`]],
  ['many headers', Array.from({ length: 20_000 }, (_, i) => `x-${i}: y`)],
  ['a long path', []],
] as const)
  test(`HTTP/1.1: ${what} is refused`, async () => {
    await using server = await serve()
    await leavingNothing(server, async () => {
      const socket = await server.socket()
      const path = lines.length ? MAPS : `${MAPS}?x=${'x'.repeat(200_000)}`
      const answer = rest(socket)
      socket.write([`GET ${path} HTTP/1.1`, 'host: x', 'connection: close', ...lines, '', ''].join('\r\n'))
      // Closing while more is on its way may cost the client the answer.
      assert.match(await answer, /^(HTTP\/1.1 431 |$)/)
    })
  })
for (const [what, headers] of [
  ['a long header', { 'x-long': 'x'.repeat(100_000) }],
  ['many headers', Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x-${i}`, 'y']))],
  ['a long path', { ':path': `${MAPS}?x=${'x'.repeat(200_000)}` }],
] as const)
  test(`HTTP/2: ${what} is refused`, async () => {
    await using server = await serve()
    await leavingNothing(server, async () => {
      // The client would keep to what the server announces; this one has not heard of it.
      const session = server.session()
      session.on('error', () => undefined)
      const stream = session.request({ ':path': MAPS, ...headers })
      const outcome = await answerOf(stream).then(
        ({ code }) => code,
        () => 'reset',
      )
      assert(outcome === 431 || outcome === 'reset' || outcome === 0, `answered with ${outcome}`)
    })
  })

test('HTTP/2: thousands of requests on one connection are all answered', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    const session = server.session()
    const answers = await Promise.all(Array.from({ length: 3_000 }, () => answerOf(session.request({ ':path': MAPS }))))
    assert(answers.every(({ code }) => code === 200))
    session.destroy()
  })
})

/** HTTP/2 in bytes, since Node's client is too polite (RFC 9113). */
const frame = (type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
const [HEADERS, RESET, SETTINGS, PING, CONTINUATION] = [1, 3, 4, 6, 9]
const [END_STREAM, END_HEADERS] = [1, 4]
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, 0)])
/** A field without Huffman code, not to be indexed; the name by its place in the static table. */
const literal = (name: number, value: string) => Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)])
const GET_MAPS = Buffer.concat([Buffer.from([0x82, 0x87]), literal(4, MAPS), literal(1, 'x')])
const CANCEL = Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])

/** Sends pieces until all are sent or the server has closed the connection; true for the latter. */
async function isCutOff(socket: TLSSocket, pieces: Iterable<Buffer>): Promise<boolean> {
  socket.removeAllListeners('error').on('error', () => undefined)
  socket.resume()
  socket.write(PREFACE)
  for (const piece of pieces) {
    if (socket.destroyed || !socket.readable) return true
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
  // What the server has to say to the last piece comes before the answer to this.
  socket.write(frame(PING, 0, 0, Buffer.alloc(8)))
  await Promise.race([once(socket, 'data').catch(() => undefined), once(socket, 'close')])
  return socket.destroyed || !socket.readable
}
function* each(count: number, make: (index: number) => Buffer): Generator<Buffer, void> {
  for (let index = 0; index < count; index++) yield make(index)
}
const request = (index: number) => frame(HEADERS, END_STREAM | END_HEADERS, 2 * index + 1, GET_MAPS)

test('HTTP/2: requests that are taken back at once end the connection (CVE-2023-44487)', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    const socket = await server.socket('h2')
    const pairs = each(50_000, index => Buffer.concat([request(index), frame(RESET, 0, 2 * index + 1, CANCEL)]))
    assert.equal(await isCutOff(socket, pairs), true)
  })
})
test('HTTP/2: a head without end ends the connection', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    const socket = await server.socket('h2')
    const more = frame(CONTINUATION, 0, 1, Buffer.concat(Array.from({ length: 100 }, () => literal(0x0f, 'x'.repeat(100)))))
    const pieces = [frame(HEADERS, END_STREAM, 1, GET_MAPS), ...each(5_000, () => more)]
    assert.equal(await isCutOff(socket, pieces), true)
  })
})
test('HTTP/2: more streams at a time than are allowed are refused, and the rest is answered', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    const socket = await server.socket('h2')
    // Requests whose bodies do not come: they stay open.
    const open = each(20 * STREAMS_MAX, index =>
      frame(HEADERS, END_HEADERS, 2 * index + 1, Buffer.concat([Buffer.from([0x83, 0x87]), literal(4, MAPS), literal(1, 'x')])),
    )
    await isCutOff(socket, open)
    assert((await server.inflight()) <= STREAMS_MAX)
    socket.destroy()
  })
})
test('HTTP/2: settings and pings without end are borne', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    const socket = await server.socket('h2')
    await isCutOff(
      socket,
      each(20_000, index => (index % 2 ? frame(SETTINGS, 0, 0) : frame(PING, 0, 0, Buffer.alloc(8)))),
    )
    socket.destroy()
  })
})
test('HTTP/2: frames that make no sense end the connection, not the server', async () => {
  await using server = await serve()
  await leavingNothing(server, async () => {
    for (const nonsense of [
      frame(CONTINUATION, 0, 1),
      frame(HEADERS, END_HEADERS, 0, GET_MAPS),
      frame(HEADERS, END_HEADERS, 2, GET_MAPS),
      frame(RESET, 0, 1, CANCEL),
      frame(PING, 0, 0, Buffer.alloc(3)),
      frame(8, 0, 0, Buffer.alloc(4)),
      frame(HEADERS, END_STREAM | END_HEADERS, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      const socket = await server.socket('h2')
      const closed = once(socket, 'close')
      await isCutOff(socket, [nonsense, nonsense])
      await closed
    }
  })
})
