/** What the pipeline is told of an exchange. */
import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import { type Refusal, refuse } from '#kinds/meta/refusal.ts'
import type { Incoming } from '../request.ts'
import type { Exchange } from './exchange.ts'
import { BODY_MAX_BYTES, DISCARD_MAX_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'

/**
 * A class, for the sake of what is made only when a request looks at it: getters of an object literal would give each object
 * a shape of its own, which costs more than the rest of reading a request.
 */
export class HttpIncoming implements Incoming {
  readonly method: string
  readonly path: string
  readonly search: string | undefined
  readonly headers: Incoming['headers']
  readonly certificate: Incoming['certificate']
  readonly connection: Incoming['connection']
  readonly remoteAddress: string
  readonly #exchange: Exchange
  readonly #shutdown: AbortSignal
  readonly #clock: Clock
  #query: URLSearchParams | undefined
  #signal: AbortSignal | undefined

  constructor(exchange: Exchange, shutdown: AbortSignal, clock: Clock) {
    const { method, url, headers, peer, connection } = exchange
    const mark = url.indexOf('?')
    // Node sends no body in answer to HEAD; otherwise it is a GET.
    this.method = method.toUpperCase()
    this.path = mark < 0 ? url : url.slice(0, mark)
    this.search = mark < 0 ? undefined : url.slice(mark + 1)
    this.headers = headers
    this.certificate = peer.certificate
    this.connection = connection
    this.remoteAddress = peer.address
    this.#exchange = exchange
    this.#shutdown = shutdown
    this.#clock = clock
  }
  get query(): URLSearchParams {
    return (this.#query ??= this.search === undefined ? NOTHING_ASKED : new URLSearchParams(this.search))
  }
  body(): Promise<Uint8Array> {
    return bodyOf(this.#exchange, this.#clock)
  }
  get content(): AsyncIterable<Uint8Array> {
    return piecesOf(this.#exchange.request)
  }
  get signal(): AbortSignal {
    return (this.#signal ??= AbortSignal.any([closed(this.#exchange.response), this.#shutdown]))
  }
}
/** Shared, since nobody changes a query. */
const NOTHING_ASKED = new URLSearchParams()
function closed(response: Exchange['response']): AbortSignal {
  const controller = new AbortController()
  if (response.destroyed) controller.abort()
  else response.once('close', () => controller.abort())
  return controller.signal
}

/** Throws RequestEntityTooLarge, or Timeout. Reading must not destroy the stream, over which the answer goes as well. */
function bodyOf(exchange: Exchange, clock: Clock): Promise<Uint8Array> {
  const { request, headers } = exchange
  return new Promise((resolve, reject) => {
    let pieces: Uint8Array[] = []
    let length = 0
    let isRefused = false
    let isWhole = false
    const giveUp = (refusal: Refusal) => {
      if (isRefused) return
      isRefused = true
      pieces = []
      reject(refusal)
      exchange.response.once('finish', () => exchange.forgetRequest())
    }
    const timer = clock.after(REQUEST_TIMEOUT_MS, () =>
      giveUp(refuse.timeout(`request did not complete within ${REQUEST_TIMEOUT_MS / 1_000}s`)),
    )
    if (Number(headers['content-length']) > BODY_MAX_BYTES) giveUp(tooLarge())
    request.on('data', (piece: Uint8Array) => {
      length += piece.length
      if (length > BODY_MAX_BYTES + DISCARD_MAX_BYTES) exchange.abort()
      else if (length > BODY_MAX_BYTES) giveUp(tooLarge())
      else if (!isRefused) pieces.push(piece)
    })
    request.once('end', () => {
      isWhole = true
      timer[Symbol.dispose]()
      resolve(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces))
    })
    request.once('error', cause => reject(refuse.badRequest(`the body ended early: ${cause.message}`)))
    request.once('close', () => {
      timer[Symbol.dispose]()
      // Every request closes in the end, and making a refusal is dear.
      if (!isWhole) reject(refuse.badRequest('the body ended early: the connection was closed'))
    })
  })
}
/** Reading must not destroy the stream, over which the answer goes as well. */
const piecesOf = (request: Readable): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>,
})
const tooLarge = () => refuse.tooLarge(`Request entity too large: limit is ${BODY_MAX_BYTES}`)
