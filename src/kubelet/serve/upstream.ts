/** The runtime's own streaming server: connections to it that leave HTTP behind. */
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** The head of an upgrade request, as it is sent over a plain connection. */
export function upgradeRequest(url: URL, protocols: readonly string[]): string {
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    ...protocols.map(protocol => `X-Stream-Protocol-Version: ${protocol}`),
    'Content-Length: 0',
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** Opens a plain connection to the server of a URL. Rejects when nobody listens. */
export function dial(url: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true })
    socket.setNoDelay(true)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

/** Joins two connections until both have ended. */
export function join(a: Duplex, b: Duplex): void {
  const close = () => {
    a.destroy()
    b.destroy()
  }
  for (const socket of [a, b]) {
    socket.on('error', close)
    socket.on('close', close)
  }
  a.pipe(b)
  b.pipe(a)
}

/** A SPDY connection to the runtime: what follows the answer of the upgrade. Throws when the runtime refuses. */
export async function openSpdy(url: URL, protocols: readonly string[]): Promise<{ readonly socket: Socket; readonly head: Buffer }> {
  const socket = await dial(url)
  socket.write(upgradeRequest(url, protocols))
  let answer = Buffer.alloc(0)
  for (;;) {
    const end = answer.indexOf('\r\n\r\n')
    if (end >= 0) {
      const status = answer.toString('latin1', 0, answer.indexOf('\r\n'))
      if (status.startsWith('HTTP/1.1 101')) return { socket, head: answer.subarray(end + 4) }
      socket.destroy()
      throw new Error(`open a stream to the runtime: ${status}: ${answer.toString('utf8', end + 4).trim()}`)
    }
    const chunk = await nextChunk(socket)
    if (!chunk) throw new Error('open a stream to the runtime: it closed the connection')
    answer = Buffer.concat([answer, chunk])
  }
}
function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const take = (chunk?: Buffer) => {
      socket.pause()
      for (const event of ['data', 'end', 'close', 'error']) socket.off(event, event === 'data' ? take : end)
      resolve(chunk)
    }
    const end = () => take()
    socket.on('data', take)
    for (const event of ['end', 'close', 'error']) socket.on(event, end)
    socket.resume()
  })
}
