/** What the pipeline is told of an exchange. */
import type { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '#base/clock.ts'
import { type Refusal, refuse } from '#kinds/meta/refusal.ts'
import type { Incoming } from '../request.ts'
import type { Exchange } from './exchange.ts'
import { BODY_MAX_BYTES, DISCARD_MAX_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'

export function incomingOf(exchange: Exchange, shutdown: AbortSignal, clock: Clock): Incoming {
  const { method, url, headers, socket, request, response, connection } = exchange
  const mark = url.indexOf('?')
  const certificate = certificateOf(socket as TLSSocket)
  let signal: AbortSignal | undefined
  return {
    // Node sends no body in answer to HEAD; otherwise it is a GET.
    method: method.toUpperCase(),
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? NOTHING_ASKED : new URLSearchParams(url.slice(mark + 1)),
    ...(mark >= 0 && { search: url.slice(mark + 1) }),
    headers,
    body: () => bodyOf(exchange, clock),
    get content() {
      return piecesOf(request)
    },
    ...(certificate && { certificate }),
    ...(connection && { connection }),
    remoteAddress: (socket as TLSSocket).remoteAddress ?? '',
    // Few requests look at it, so that it is made only when one does.
    get signal() {
      signal ??= AbortSignal.any([closed(response), shutdown])
      return signal
    },
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

type Certificate = NonNullable<Incoming['certificate']>
/** Read once per connection. */
const known = new WeakMap<object, Certificate | null>()
function certificateOf(socket: TLSSocket): Certificate | undefined {
  let certificate = known.get(socket)
  if (certificate === undefined) {
    certificate = socket.authorized ? read(socket) : null
    known.set(socket, certificate)
  }
  return certificate ?? undefined
}
function read(socket: TLSSocket): Certificate | null {
  const { subject, fingerprint256 } = socket.getPeerCertificate()
  if (!subject) return null
  const first = (value: string | string[] | undefined) => [value ?? []].flat()
  return {
    commonName: first(subject.CN)[0] ?? '',
    organizations: first(subject.O),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}
