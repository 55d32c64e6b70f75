/** Two ends of a connection understand each other, whatever is sent. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { SpdyConnection, type SpdyStream } from './connection.ts'
import { controlFrame, FRAME, FrameReader, words } from './frames.ts'
import { DICTIONARY, HeaderReader, type Headers, HeaderWriter } from './headers.ts'

function pair() {
  const [a, b] = duplexPair()
  const accepted: SpdyStream[] = []
  const client = new SpdyConnection(a, { role: 'client' })
  const server = new SpdyConnection(b, { role: 'server', accept: stream => void accepted.push(stream) })
  return { client, server, accepted, sockets: [a, b] as const }
}

test('the dictionary is the one of the specification', () => {
  assert.equal(DICTIONARY.length, 1423)
  assert.equal(adler32(DICTIONARY), 0xe3_c6_a7_c2)
})
test('headers survive, block after block', () => {
  const writer = new HeaderWriter()
  const reader = new HeaderReader()
  const blocks: readonly Headers[] = [{ streamtype: 'stdin', port: '80' }, {}, { a: 'é' }]
  for (const headers of blocks) assert.deepEqual(reader.read(writer.write(headers)), headers)
})
test('frames are cut out of any slicing of the bytes', () => {
  const bytes = Buffer.concat([controlFrame(FRAME.ping, words(1)), controlFrame(FRAME.goAway, words(2, 3), 1)])
  const reader = new FrameReader()
  const frames = [...bytes].flatMap(byte => reader.read(Buffer.from([byte])))
  assert.deepEqual(
    frames.map(({ payload, flags }) => [payload.toString('hex'), flags]),
    [
      ['00000001', 0],
      ['0000000200000003', 1],
    ],
  )
})
test('a stream carries both directions, and half a close leaves the other half open', async () => {
  const { client, accepted } = pair()
  const stream = client.open({ streamtype: 'stdin' })
  stream.end('question')
  await stream.accepted
  const other = accepted[0] as SpdyStream
  assert.equal(other.headers.streamtype, 'stdin')
  assert.equal(await text(other), 'question')
  other.end('answer')
  assert.equal(await text(stream), 'answer')
})
test('megabytes arrive whole through a slow reader', async () => {
  const { client, accepted } = pair()
  const stream = client.open({})
  const sent = Buffer.alloc(3 * 1024 * 1024, 'knarr')
  stream.end(sent)
  await stream.accepted
  const pieces: Buffer[] = []
  for await (const piece of accepted[0] as SpdyStream) {
    pieces.push(piece as Buffer)
    await new Promise(resolve => setImmediate(resolve))
  }
  assert(Buffer.concat(pieces).equals(sent))
})
test('a peer that counts windows is not sent more than it grants', async () => {
  const [a, b] = duplexPair()
  const client = new SpdyConnection(a, { role: 'client' })
  const reader = new FrameReader()
  let received = 0
  b.on('data', (bytes: Buffer) => {
    for (const frame of reader.read(bytes)) if (frame.kind === 'data') received += frame.payload.length
  })
  b.write(controlFrame(FRAME.settings, words(1, 7, 1000)))
  await settled()
  const stream = client.open({})
  stream.write(Buffer.alloc(5000))
  await settled()
  assert.equal(received, 1000)
  b.write(controlFrame(FRAME.windowUpdate, words(stream.id, 2500)))
  await settled()
  await settled()
  assert.equal(received, 3500)
})
test('streams end when their connection does', async () => {
  const { client, accepted, sockets } = pair()
  const stream = client.open({})
  await stream.accepted
  const ended = text(accepted[0] as SpdyStream)
  sockets[0].destroy()
  sockets[1].end()
  sockets[1].destroy()
  assert.equal(await ended, '')
})
test('streams that nobody accepts are refused', async () => {
  const { server } = pair()
  const stream = server.open({})
  const [error] = (await once(stream, 'error')) as [Error]
  assert.match(error.message, /status 3/)
})

/** What was written has been read, on both ends. */
const settled = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)))

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return b * 65_536 + a
}
