/** What a client that forwards ports hears, when the runtime answers and when it does not. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { silentLog } from '#base/log.ts'
import { SpdyConnection, type SpdyStream } from '#base/spdy/connection.ts'
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
