/** One request and its answer over HTTP, with the same face for HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Readable, Writable } from 'node:stream'
import type { Headers } from '../negotiate/answer.ts'
import type { Connection } from '../request.ts'

export interface Exchange {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  /** Lower-case names. Those that may come several times (Impersonate-…) are lists. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The connection, by which certificates are known; several exchanges may share it. */
  readonly socket: object
  readonly request: Readable
  readonly response: Writable
  /** Sends the head of the answer; with `isWhole` together with the body, all of which follows at once: two writes cost twice as much as one. */
  begin(code: number, headers: Headers, options?: { readonly isWhole: boolean }): void
  /** For when the answer is written, though the request has not come to its end: what still comes of it holds nothing. */
  forgetRequest(): void
  /** Cuts the exchange off: the client sees that the answer is not whole. */
  abort(): void
  /** Set when the client asks to switch protocols. */
  readonly connection?: Connection
}

export function exchangeOfStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): Exchange {
  return {
    method: headers[':method'] ?? 'GET',
    url: headers[':path'] ?? '/',
    headers: withLists(headers, rawHeaders),
    socket: stream.session?.socket ?? stream,
    request: stream,
    response: stream,
    begin: (code, more) => {
      if (!stream.closed && !stream.destroyed) stream.respond({ ':status': code, ...(more as Record<string, string | string[]>) })
    },
    forgetRequest: () => stream.close(),
    abort: () => stream.close(RESET_INTERNAL_ERROR),
  }
}
/** HTTP/2 error code INTERNAL_ERROR (RFC 9113, section 7). */
const RESET_INTERNAL_ERROR = 2

export function exchangeOfMessage(request: IncomingMessage, response: ServerResponse): Exchange {
  return {
    ...head(request),
    request,
    response,
    begin: (code, headers, options) => {
      response.writeHead(code, headers as Record<string, string | string[]>)
      if (!options?.isWhole) response.flushHeaders()
    },
    // Node reads on for as long as a request may take, since closing now could cost the client the answer.
    forgetRequest: () => undefined,
    abort: () => void request.socket.destroy(),
  }
}
/** A request to switch protocols. Until someone takes the connection, the answer is written to it as plain HTTP. */
export function exchangeOfUpgrade(request: IncomingMessage, connection: Connection): Exchange {
  const { socket } = connection
  return {
    ...head(request),
    request,
    response: socket,
    begin: (code, headers) => {
      const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}`))
      socket.write([`HTTP/1.1 ${code} ${code < 400 ? 'OK' : 'Error'}`, ...lines, 'connection: close', '', ''].join('\r\n'))
    },
    forgetRequest: () => undefined,
    abort: () => void socket.destroy(),
    connection,
  }
}
const head = (request: IncomingMessage) => ({
  method: request.method ?? 'GET',
  url: request.url ?? '/',
  headers: withLists(request.headers, request.rawHeaders),
  socket: request.socket,
})

/** Node joins repeated headers into one text; where each counts by itself they are taken from the raw ones. */
function withLists(headers: IncomingHttpHeaders, raw: readonly string[]): Exchange['headers'] {
  const repeated: string[] = []
  for (const name in headers) if (name.startsWith('impersonate-')) repeated.push(name)
  if (!repeated.length) return headers
  const lists = new Map<string, string[]>(repeated.map(name => [name, []]))
  for (let i = 0; i < raw.length; i += 2) lists.get((raw[i] as string).toLowerCase())?.push(raw[i + 1] as string)
  return { ...headers, ...Object.fromEntries(lists) }
}
