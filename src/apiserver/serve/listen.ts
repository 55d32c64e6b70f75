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
import type { Duplex } from 'node:stream'
import type { SecureContextOptions, TLSSocket } from 'node:tls'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type Exchange, exchangeOfMessage, exchangeOfStream, exchangeOfUpgrade } from './exchange.ts'
import * as limits from './limits.ts'

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
  /** Aborted when the server stops: watches end by it. */
  readonly handle: (exchange: Exchange, shutdown: AbortSignal) => Promise<void>
}
export interface Listening extends AsyncDisposable {
  readonly host: string
  readonly port: number
}

export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, tls, clock, log, handle } = options
  const shutdown = new AbortController()
  const underWay = new Set<Promise<void>>()
  const sockets = new Set<Socket>()
  /** With the number of requests that are open on each. */
  const sessions = new Map<ServerHttp2Session, number>()
  const server = createSecureServer({
    key: tls.key,
    cert: tls.cert,
    ca: tls.ca,
    allowHTTP1: true,
    requestCert: true,
    // Who shows no certificate, or one that is not believed, may still have a token.
    rejectUnauthorized: false,
    handshakeTimeout: limits.HANDSHAKE_TIMEOUT_MS,
    settings: { maxConcurrentStreams: limits.STREAMS_MAX },
    maxHeaderSize: limits.HEAD_MAX_BYTES,
    ...(tls.forName && {
      SNICallback: (name: string, done: (error: Error | null, context?: import('node:tls').SecureContext) => void) =>
        done(null, tls.forName?.(name)),
    }),
  } as Parameters<typeof createSecureServer>[0])
  setTimeouts(server)
  const answer = (exchange: Exchange) => {
    const answering = handle(exchange, shutdown.signal).catch(error => {
      log.error({ error, method: exchange.method, url: exchange.url }, 'answer failed')
      exchange.abort()
    })
    underWay.add(answering)
    void answering.finally(() => underWay.delete(answering))
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away is no failure of ours; the pipeline hears of it through the signal.
    response.on('error', () => undefined)
    answer(exchangeOfMessage(request, response))
  })
  // Listening to requests makes Node answer HTTP/2 through its HTTP/1.1 look-alike; the stream itself is faster.
  server.removeAllListeners('stream')
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw?: string[]) => {
    stream.on('error', () => undefined)
    const session = stream.session as ServerHttp2Session | undefined
    const count = (by: number) => session && sessions.has(session) && sessions.set(session, (sessions.get(session) as number) + by)
    count(1)
    stream.once('close', () => count(-1))
    answer(exchangeOfStream(stream, headers, raw ?? []))
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, headBytes: Buffer) => {
    socket.on('error', () => undefined)
    answer(exchangeOfUpgrade(request, { socket, head: headBytes }))
  })
  server.on('session', session => {
    sessions.set(session, 0)
    session.once('close', () => sessions.delete(session))
    session.on('error', () => undefined)
  })
  // Of an HTTP/1.1 connection that is idle Node itself knows what to do; a watch may be silent for long.
  server.on('timeout', (session: unknown) => {
    if (sessions.get(session as ServerHttp2Session) === 0) (session as ServerHttp2Session).close()
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.setKeepAlive(true, limits.KEEPALIVE_DELAY_MS)
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('error', () => undefined)
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
      for (const session of sessions.keys()) session.close()
      const drained = new AbortController()
      void Promise.allSettled(underWay).then(() => drained.abort())
      await wait(clock, limits.DRAIN_MAX_MS, drained.signal)
      for (const socket of sockets) socket.destroy()
      await isClosed
    },
  }
}

/** For HTTP/1.1; the types know them of plain HTTP servers only. */
function setTimeouts(server: Http2SecureServer): void {
  const timed = server as unknown as { headersTimeout: number; requestTimeout: number; keepAliveTimeout: number; timeout: number }
  timed.headersTimeout = limits.HEADERS_TIMEOUT_MS
  timed.requestTimeout = limits.REQUEST_TIMEOUT_MS
  timed.keepAliveTimeout = limits.IDLE_TIMEOUT_MS
  timed.timeout = limits.IDLE_TIMEOUT_MS
}
