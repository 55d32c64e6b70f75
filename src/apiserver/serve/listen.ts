/** The HTTPS server: HTTP/2 and HTTP/1.1 on one port, both answered by the same code. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createSecureServer,
  type IncomingHttpHeaders,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex, Writable } from 'node:stream'
import type { SecureContextOptions, TLSSocket } from 'node:tls'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type Exchange, MessageExchange, StreamExchange, UpgradeExchange } from './exchange.ts'
import * as limits from './limits.ts'
import { type Peer, peerOf } from './peer.ts'

export interface ListenOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** PEM. `ca`: whose client certificates are believed. `names`: certificates for server names beside the main one. */
  readonly tls: Pick<SecureContextOptions, 'key' | 'cert' | 'ca'> & {
    readonly forName?: (name: string) => import('node:tls').SecureContext | undefined
  }
  readonly clock: Clock
  readonly log: Log
  readonly timeouts?: Partial<Timeouts>
  /** Aborted when the server stops: watches end by it. */
  readonly handle: (exchange: Exchange, shutdown: AbortSignal) => Promise<void>
}
/** How long Node itself waits for a client, in milliseconds; the defaults are those of limits.ts. */
export interface Timeouts {
  readonly handshakeMs: number
  readonly headersMs: number
  readonly requestMs: number
  readonly idleMs: number
  /** How often it looks after the last three. */
  readonly checkMs: number
}
const TIMEOUTS: Timeouts = {
  handshakeMs: limits.HANDSHAKE_TIMEOUT_MS,
  headersMs: limits.HEADERS_TIMEOUT_MS,
  requestMs: limits.REQUEST_TIMEOUT_MS,
  idleMs: limits.IDLE_TIMEOUT_MS,
  checkMs: limits.CHECK_MS,
}
export interface Listening extends AsyncDisposable {
  readonly host: string
  readonly port: number
}

export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, tls, clock, log, handle } = options
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const shutdown = new AbortController()
  let underWay = 0
  let allAnswered = () => {}
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  const server = createSecureServer({
    key: tls.key,
    cert: tls.cert,
    ca: tls.ca,
    allowHTTP1: true,
    requestCert: true,
    // Who shows no certificate, or one that is not believed, may still have a token.
    rejectUnauthorized: false,
    handshakeTimeout: timeouts.handshakeMs,
    connectionsCheckingInterval: timeouts.checkMs,
    settings: { maxConcurrentStreams: limits.STREAMS_MAX },
    maxHeaderSize: limits.HEAD_MAX_BYTES,
    ...(tls.forName && {
      SNICallback: (name: string, done: (error: Error | null, context?: import('node:tls').SecureContext) => void) =>
        done(null, tls.forName?.(name)),
    }),
  } as Parameters<typeof createSecureServer>[0])
  setTimeouts(server, timeouts)
  const answer = async (exchange: Exchange) => {
    underWay++
    try {
      await handle(exchange, shutdown.signal)
    } catch (error) {
      log.error({ error, method: exchange.method, url: exchange.url }, 'answer failed')
      exchange.abort()
    } finally {
      if (--underWay === 0) allAnswered()
    }
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const peer = peerOf(request.socket as TLSSocket)
    // A client that goes away is no failure of ours; the pipeline hears of it through the signal.
    response.on('error', ignore)
    countUntilClosed(peer, response)
    void answer(new MessageExchange(request, response, peer))
  })
  // Listening to requests makes Node answer HTTP/2 through its HTTP/1.1 look-alike; the stream itself is faster.
  server.removeAllListeners('stream')
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[] = []) => {
    const peer = peerOf(stream.session as ServerHttp2Session)
    stream.on('error', ignore)
    countUntilClosed(peer, stream)
    void answer(new StreamExchange(stream, peer, headers, raw))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, headBytes: Buffer) => {
    const peer = peerOf(request.socket as TLSSocket)
    socket.on('error', ignore)
    // Whoever takes it knows how long it may be silent.
    peer.open++
    void answer(new UpgradeExchange(request, { socket, head: headBytes }, peer))
  })
  server.on('session', session => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    session.on('error', ignore)
  })
  // A watch may be silent for long; where nothing is open, silence ends the connection.
  server.on('timeout', (idle: unknown) => {
    const connection = idle as ServerHttp2Session | TLSSocket
    if (peerOf(connection).open > 0) return
    if ('close' in connection) connection.close()
    else connection.destroy()
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.setKeepAlive(true, limits.KEEPALIVE_DELAY_MS)
    socket.setNoDelay(true)
    socket.on('error', ignore)
  })
  // Also those that never get as far as TLS must not outlive the server.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  // Port scanners and health checks of load balancers break off the handshake all the time.
  server.on('tlsClientError', error => log.debug({ error }, 'TLS handshake failed'))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  server.on('error', error => log.error({ error }, 'server failed'))
  const address = server.address() as AddressInfo
  return {
    host: address.address,
    port: address.port,
    async [Symbol.asyncDispose]() {
      const isClosed = new Promise<void>(resolve => server.close(() => resolve()))
      shutdown.abort()
      for (const session of sessions) session.close()
      const drained = new AbortController()
      allAnswered = () => drained.abort()
      if (underWay === 0) drained.abort()
      await wait(clock, limits.DRAIN_MAX_MS, drained.signal)
      for (const socket of sockets) socket.destroy()
      await isClosed
    },
  }
}

const ignore = () => {}
function countUntilClosed(peer: Peer, response: Writable): void {
  peer.open++
  response.on('close', () => peer.open--)
}

/** For HTTP/1.1; the types know them of plain HTTP servers only. */
function setTimeouts(server: Http2SecureServer, { headersMs, requestMs, idleMs }: Timeouts): void {
  const timed = server as unknown as { headersTimeout: number; requestTimeout: number; keepAliveTimeout: number; timeout: number }
  timed.headersTimeout = headersMs
  timed.requestTimeout = requestMs
  timed.keepAliveTimeout = idleMs
  timed.timeout = idleMs
}
