/** Port forwarding: for each connection of the client one to the runtime, so that a port at which nobody listens ends no other. */
import type { Duplex } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Log } from '#base/log.ts'
import { SpdyConnection, type SpdyStream } from '#base/spdy/connection.ts'
import { openSpdy } from './upstream.ts'

/** The protocol's name, inside and outside. */
export const PORT_FORWARD = 'portforward.k8s.io'

export interface Forwarding {
  /** Bytes of the client that were read together with its request. */
  readonly head?: Buffer
  /** A new way to the pod. Throws NotFound, or GrpcError when the runtime refuses. */
  readonly open: () => Promise<URL>
  readonly log: Log
}
/** The two streams of a connection, as the client opens them one after the other. */
interface Pair {
  readonly error: SpdyStream
  readonly data: SpdyStream
}

/** Serves a client that speaks SPDY until it goes. */
export async function forwardPorts(client: Duplex, { head, ...way }: Forwarding): Promise<void> {
  const gone = new AbortController()
  const halves = new Map<string, Partial<Pair>>()
  const accept = (stream: SpdyStream) => {
    const { requestid = '', port = '', streamtype = '' } = stream.headers
    const key = `${requestid} ${port}`
    const half: Partial<Pair> = { ...halves.get(key), ...(streamtype === 'error' ? { error: stream } : { data: stream }) }
    const { error, data } = half
    if (!error || !data) return void halves.set(key, half)
    halves.delete(key)
    void carry({ error, data }, way, gone.signal)
  }
  const ended = finished(client, { writable: false }).catch(() => undefined)
  using _connection = new SpdyConnection(client, { role: 'server', accept, ...(head && { head }) })
  client.resume()
  await ended
  gone.abort()
}

/** One connection, to its end. */
async function carry({ error, data }: Pair, { open, log }: Pick<Forwarding, 'open' | 'log'>, gone: AbortSignal): Promise<void> {
  const { port = '', requestid = '0' } = data.headers
  const client = { data, port, requestid, isReset: () => data.isReset }
  const words = await passOn(client, open, gone).catch((failure: unknown) => (failure as Error).message)
  if (isRefusal(words)) log.debug({ port, words }, 'nobody listens at a forwarded port')
  // kubectl gives up all forwarding when it hears of an error, whatever it is.
  else if (words) error.write(words)
  error.end()
  data.end()
}
const isRefusal = (words: string) => /connection refused/i.test(words)

/** One connection of a client. */
export interface Connection {
  readonly data: Duplex
  readonly port: string
  readonly requestid?: string
  /** Whether the client has thrown the connection away, rather than ended its bytes. */
  readonly isReset?: () => boolean
}
/** Joins a client's bytes with a new connection of the runtime, to their end; gives what the runtime says of a failure, or nothing. */
export async function passOn(
  { data, port, requestid = '0', isReset }: Connection,
  open: Forwarding['open'],
  gone: AbortSignal,
): Promise<string> {
  const { socket, head } = await openSpdy(await open(), [PORT_FORWARD])
  using connection = new SpdyConnection(socket, { role: 'client', head })
  const failures = connection.open({ requestid, port, streamtype: 'error' })
  failures.end()
  const bytes = connection.open({ requestid, port, streamtype: 'data' })
  const leave = () => {
    // What has come for a client that is gone, nobody reads to its end.
    bytes.destroy()
    socket.destroy()
  }
  gone.addEventListener('abort', leave)
  if (gone.aborted) leave()
  socket.resume()
  bytes.pipe(data)
  data.pipe(bytes)
  // Who throws the connection away wants nothing more of it.
  data.once('end', () => isReset?.() && bytes.destroy())
  const over = finished(bytes, { writable: false }).catch(() => undefined)
  const pieces: Buffer[] = []
  for await (const piece of failures) pieces.push(piece as Buffer)
  await over
  gone.removeEventListener('abort', leave)
  return Buffer.concat(pieces).toString()
}
