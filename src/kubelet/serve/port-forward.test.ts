/** What a client that forwards ports hears, when the runtime answers and when it does not. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { silentLog } from '#base/log.ts'
import { SpdyConnection, type SpdyStream } from '#base/spdy/connection.ts'
import { decodeMessage, encodeMessage, forwardProtocol } from './channels.ts'
import { forwardChannels } from './forward-channels.ts'
import { forwardPorts } from './port-forward.ts'

/** A runtime in which port 80 gives back what it gets, at 81 nobody listens, and 82 cannot be reached. */
const FAILURES: Readonly<Record<string, string>> = {
  81: 'error forwarding port 81 to pod p, uid : dial tcp4 127.0.0.1:81: connect: connection refused',
  82: 'error forwarding port 82 to pod p, uid : the network namespace is closed',
}
async function runtime() {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      let error: SpdyStream | undefined
      const accept = (stream: SpdyStream) => {
        const { streamtype, port = '' } = stream.headers
        if (streamtype === 'error') return void (error = stream)
        if (FAILURES[port]) error?.write(FAILURES[port])
        else stream.pipe(stream)
        if (FAILURES[port]) stream.end()
        error?.end()
      }
      void new SpdyConnection(socket, { role: 'server', accept })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/portforward/token`),
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const rows: readonly (readonly [rule: string, port: string, answer: string, told: string])[] = [
  ['bytes go both ways', '80', 'ping', ''],
  ['who finds nobody listening sees the connection end, and no error: it would end all others', '81', '', ''],
  ['any other failure is told', '82', '', FAILURES['82'] ?? ''],
  ['and the connection goes on', '80', 'ping', ''],
]
test('connections of one client', async t => {
  using target = await runtime()
  const [mine, theirs] = duplexPair()
  const served = forwardPorts(theirs, { open: async () => target.url, log: silentLog })
  const connection = new SpdyConnection(mine, { role: 'client' })
  let requestid = 0
  for (const [rule, port, answer, told] of rows)
    await t.test(rule, async () => {
      const headers = { port, requestid: String(requestid++) }
      const error = connection.open({ ...headers, streamtype: 'error' })
      error.end()
      const data = connection.open({ ...headers, streamtype: 'data' })
      data.end('ping')
      assert.deepEqual(await Promise.all([text(data), text(error)]), [answer, told])
    })
  mine.end()
  await served
})

test('connections over channels: each has its port in front, and its failure in a channel of its own', async t => {
  using target = await runtime()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  for (const name of ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])
    await t.test(name, async () => {
      const protocol = forwardProtocol([name])
      const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown]
      const got = new Map<number, Buffer>()
      client.on('message', (message: Buffer) => {
        const { channel = 0, bytes = Buffer.alloc(0) } = decodeMessage(message, protocol) ?? {}
        got.set(channel, Buffer.concat([got.get(channel) ?? Buffer.alloc(0), bytes]))
        // All of the first connection, and both failures.
        if ([0, 3, 5].map(each => got.get(each)?.length ?? 0).every((length, i) => length >= ([200_002, 3, 3][i] as number))) client.close()
      })
      const served = forwardChannels({ socket, protocol, ports: [80, 81, 82, 80] }, { open: async () => target.url })
      for (let i = 0; i < 50; i++) client.send(encodeMessage(0, Buffer.from('ping'.repeat(1_000)), protocol))
      client.send(encodeMessage(99, Buffer.from('to nobody'), protocol))
      await once(client, 'close')
      await served
      assert.equal(got.get(0)?.toString('latin1', 2), 'ping'.repeat(50_000))
      assert.deepEqual([got.get(6), got.get(7)], [Buffer.from([80, 0]), Buffer.from([80, 0])])
      assert.deepEqual(
        [2, 3, 4, 5].map(channel => got.get(channel)?.toString('latin1', 2)),
        ['', FAILURES['81'], '', FAILURES['82']],
      )
    })
  server.close()
})
