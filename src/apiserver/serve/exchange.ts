/** One request and its answer over HTTP, with the same face for HTTP/1.1 and HTTP/2. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Readable, Writable } from 'node:stream'
import type { Headers } from '../negotiate/answer.ts'
import type { Connection } from '../request.ts'
import type { Peer } from './peer.ts'

export interface Exchange {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  /** Lower-case names. Those that may come several times (Impersonate-…) are lists. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly peer: Peer
  readonly request: Readable
  readonly response: Writable
  /** Sends the head of the answer; with `isWhole` together with the body, all of which follows at once: two writes cost twice as much as one. */
  begin(code: number, headers: Headers, isWhole: boolean): void
  /** For when the answer is written, though the request has not come to its end: what still comes of it holds nothing. */
  forgetRequest(): void
  /** Cuts the exchange off: the client sees that the answer is not whole. */
  abort(): void
  /** Set when the client asks to switch protocols. */
  readonly connection?: Connection
}

export class StreamExchange implements Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Exchange['headers']
  readonly peer: Peer
  readonly request: ServerHttp2Stream
  readonly response: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream, peer: Peer, headers: IncomingHttpHeaders, rawHeaders: readonly string[]) {
    this.method = headers[':method'] ?? 'GET'
    this.url = headers[':path'] ?? '/'
    this.headers = withLists(headers, rawHeaders)
    this.peer = peer
    this.request = stream
    this.response = stream
  }
  begin(code: number, headers: Headers): void {
    const stream = this.response
    if (!stream.closed && !stream.destroyed) stream.respond({ ':status': code, ...(headers as Record<string, string | string[]>) })
  }
  forgetRequest(): void {
    this.response.close()
  }
  abort(): void {
    this.response.close(RESET_INTERNAL_ERROR)
  }
}
/** HTTP/2 error code INTERNAL_ERROR (RFC 9113, section 7). */
const RESET_INTERNAL_ERROR = 2

export class MessageExchange implements Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Exchange['headers']
  readonly peer: Peer
  readonly request: IncomingMessage
  readonly response: ServerResponse

  constructor(request: IncomingMessage, response: ServerResponse, peer: Peer) {
    this.method = request.method ?? 'GET'
    this.url = request.url ?? '/'
    this.headers = withLists(request.headers, request.rawHeaders)
    this.peer = peer
    this.request = request
    this.response = response
  }
  begin(code: number, headers: Headers, isWhole: boolean): void {
    this.response.writeHead(code, headers as Record<string, string | string[]>)
    if (!isWhole) this.response.flushHeaders()
  }
  forgetRequest(): void {
    // Node reads on for as long as a request may take, since closing now could cost the client the answer.
  }
  abort(): void {
    this.request.socket.destroy()
  }
}

/** A request to switch protocols. Until someone takes the connection, the answer is written to it as plain HTTP. */
export class UpgradeExchange implements Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Exchange['headers']
  readonly peer: Peer
  readonly request: IncomingMessage
  readonly connection: Connection

  constructor(request: IncomingMessage, connection: Connection, peer: Peer) {
    this.method = request.method ?? 'GET'
    this.url = request.url ?? '/'
    this.headers = withLists(request.headers, request.rawHeaders)
    this.peer = peer
    this.request = request
    this.connection = connection
  }
  get response(): Writable {
    return this.connection.socket
  }
  begin(code: number, headers: Headers): void {
    const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}`))
    this.response.write([`HTTP/1.1 ${code} ${code < 400 ? 'OK' : 'Error'}`, ...lines, 'connection: close', '', ''].join('\r\n'))
  }
  forgetRequest(): void {
    // The connection ends with the answer.
  }
  abort(): void {
    this.response.destroy()
  }
}

/** Node joins repeated headers into one text; where each counts by itself they are taken from the raw ones. */
function withLists(headers: IncomingHttpHeaders, raw: readonly string[]): Exchange['headers'] {
  const repeated: string[] = []
  for (const name in headers) if (name.startsWith('impersonate-')) repeated.push(name)
  if (!repeated.length) return headers
  const lists = new Map<string, string[]>(repeated.map(name => [name, []]))
  for (let i = 0; i < raw.length; i += 2) lists.get((raw[i] as string).toLowerCase())?.push(raw[i + 1] as string)
  return { ...headers, ...Object.fromEntries(lists) }
}
