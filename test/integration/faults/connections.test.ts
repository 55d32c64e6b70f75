/** Connections on which nothing comes, or nothing that makes sense. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { test } from 'node:test'
import { seededRandom } from '#base/random.ts'
import { MAPS, rest, serve } from './served.ts'

const TIMEOUTS = { handshakeMs: 150, headersMs: 200, requestMs: 400, idleMs: 200, checkMs: 50 }
const tcp = async (port: number): Promise<Socket> => {
  const socket = connectTcp(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.resume()
  return socket
}
const gone = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket, 'close'))

const NOTHING: readonly (readonly [string, (port: number, tls: (protocol?: string) => Promise<Socket>) => Promise<Socket>])[] = [
  ['a connection that says nothing', port => tcp(port)],
  [
    'half a TLS handshake',
    async port => {
      const socket = await tcp(port)
      socket.write(Buffer.from('16030100c8010000c40303', 'hex'))
      return socket
    },
  ],
  ['TLS for HTTP/1.1 without a request', (_port, tls) => tls()],
  ['TLS for HTTP/2 without a preface', (_port, tls) => tls('h2')],
  [
    'half the head of a request',
    async (_port, tls) => {
      const socket = await tls()
      socket.write(`GET ${MAPS} HTTP/1.1\r\nhost: x\r\nx-half`)
      return socket
    },
  ],
  [
    'a head without its body',
    async (_port, tls) => {
      const socket = await tls()
      socket.write(`POST ${MAPS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n{`)
      return socket
    },
  ],
  [
    'a request, and then silence',
    async (_port, tls) => {
      const socket = await tls()
      socket.write(`GET ${MAPS} HTTP/1.1\r\nhost: x\r\n\r\n`)
      return socket
    },
  ],
]
for (const [what, open] of NOTHING)
  test(`${what} is closed when it has had its time`, { timeout: 60_000 }, async () => {
    await using server = await serve({ timeouts: TIMEOUTS })
    const socket = await open(server.port, protocol => server.socket(protocol))
    socket.resume()
    await gone(socket)
    assert.equal((await server.ask(MAPS)).code, 200)
    assert.deepEqual(server.faults, [])
  })

test('what is no TLS is closed, and nobody else notices', { timeout: 60_000 }, async () => {
  await using server = await serve({ timeouts: TIMEOUTS })
  const random = seededRandom(7)
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => random.integer(256)))
  const hello = Buffer.from('16030100050100000103', 'hex')
  const greetings = [
    Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from('SSH-2.0-OpenSSH_9\r\n'),
    hello,
    Buffer.concat([hello.subarray(0, 5), noise(200)]),
    Buffer.alloc(20_000, 0x16),
    ...Array.from({ length: 40 }, () => noise(1 + random.integer(2_000))),
  ]
  const sockets = await Promise.all(greetings.map(() => tcp(server.port)))
  sockets.forEach((socket, index) => socket.write(greetings[index] as Buffer))
  assert.equal((await server.ask(MAPS)).code, 200)
  await Promise.all(sockets.map(gone))
  assert.deepEqual(server.faults, [])
})
test('HTTP/1.1 that is none is answered with 400 and closed', async () => {
  await using server = await serve()
  for (const text of [
    '\0\0\0\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nbad header\r\n\r\n',
    'POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\nzz',
  ]) {
    // biome-ignore format: a table
    const socket = await server.socket()
    socket.write(text)
    assert.match(await rest(socket), /^HTTP\/1.1 4\d\d /, JSON.stringify(text))
  }
  assert.equal((await server.ask(MAPS)).code, 200)
  assert.deepEqual(server.faults, [])
})
test('who says nothing does not hold up the end of the server', { timeout: 60_000 }, async () => {
  const server = await serve()
  const silent = [await tcp(server.port), await server.socket(), await server.socket('h2')]
  for (const socket of silent) socket.on('error', () => undefined)
  await server.api[Symbol.asyncDispose]()
  await Promise.all(silent.map(gone))
})
