/** Writes an answer to an exchange, at the pace at which the client reads. */
import { once } from 'node:events'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '#base/clock.ts'
import type { Answer } from '../negotiate/answer.ts'
import { Joined } from '../negotiate/joined.ts'
import type { Exchange } from './exchange.ts'
import { GZIP_MIN_BYTES, PIECE_BYTES, WRITE_STALL_MAX_MS } from './limits.ts'

/** As upstream: more costs much time and saves little. */
const GZIP_LEVEL = 1
const zip = promisify<Uint8Array, { level: number }, Buffer>(gzip)

/** Resolves when the answer is written, or the client is gone. */
export async function respond(exchange: Exchange, answer: Answer, clock: Clock): Promise<void> {
  if (exchange.response.destroyed) return
  if ('take' in answer) {
    if (!exchange.connection) throw new Error('answer takes over the connection: there is none to take')
    return answer.take(exchange.connection)
  }
  const { body } = answer
  if (!(body instanceof Uint8Array || body instanceof Joined))
    return await stream(exchange, answer.code, { headers: answer.headers, body, clock })
  const known = { ...answer, body }
  if (isZipped(exchange, known)) return await send(exchange, await zipped(known), clock)
  await send(exchange, body.length <= PIECE_BYTES ? { ...known, body: inOne(body) } : known, clock)
}

type Known = Extract<Answer, { readonly code: number }> & { readonly body: Uint8Array | Joined }
const inOne = (body: Known['body']): Uint8Array => (body instanceof Joined ? body.whole() : body)

async function send(exchange: Exchange, { code, headers, body }: Known, clock: Clock): Promise<void> {
  const isWhole = body instanceof Uint8Array && body.length <= PIECE_BYTES
  exchange.begin(code, { ...headers, 'content-length': String(body.length) }, isWhole)
  if (exchange.method === 'HEAD') exchange.response.end()
  else if (isWhole) exchange.response.end(body)
  else if (body instanceof Joined) await writeJoined(exchange, body, clock)
  else await write(exchange, piecesOf(body), clock)
}
function* piecesOf(body: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES)
}

function isZipped({ method, headers }: Exchange, answer: Known): boolean {
  if (method !== 'GET' || answer.body.length < GZIP_MIN_BYTES || 'content-encoding' in answer.headers) return false
  return /(^|[\s,])gzip($|[\s,;])/.test([headers['accept-encoding'] ?? ''].flat().join(','))
}
async function zipped({ code, body, headers }: Known): Promise<Known> {
  return {
    code,
    body: await zip(inOne(body), { level: GZIP_LEVEL }),
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
  }
}

/** Rooms for pieces that lie ready: memory that is new for each list makes V8 collect all of it every few lists. A few, as most of the time nobody lists much. */
const rooms: Uint8Array[] = []
const ROOMS_MAX = 8
async function writeJoined(exchange: Exchange, body: Joined, clock: Clock): Promise<void> {
  const room = rooms.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
  for (const piece of body.pieces(room)) {
    // A room whose piece nobody may have taken is not used again: it may still be on its way.
    if (exchange.response.destroyed) return
    if (!(await isTaken(exchange, piece, clock))) return exchange.abort()
  }
  exchange.response.end()
  if (rooms.length < ROOMS_MAX) rooms.push(room)
}
/** Resolves when nothing of the piece is needed any more; with false when the client has taken nothing for too long, or is gone. */
function isTaken({ response }: Exchange, piece: Uint8Array, clock: Clock): Promise<boolean> {
  return new Promise(resolve => {
    const finish = (isTaken: boolean) => {
      timer[Symbol.dispose]()
      response.off('close', close)
      resolve(isTaken)
    }
    const close = () => finish(false)
    const timer = clock.after(WRITE_STALL_MAX_MS, close)
    response.once('close', close)
    response.write(piece, error => finish(!error))
  })
}

interface Flow {
  readonly headers: Known['headers']
  readonly body: AsyncIterable<Uint8Array>
  readonly clock: Clock
}
async function stream(exchange: Exchange, code: number, { headers, body, clock }: Flow): Promise<void> {
  exchange.begin(code, headers, false)
  await write(exchange, body, clock)
}
async function write(exchange: Exchange, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, clock: Clock): Promise<void> {
  const { response } = exchange
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return
      if (!response.write(piece) && !(await drained(exchange, clock))) return exchange.abort()
    }
    response.end()
  } catch (error) {
    // When the client goes, what is read from a backend for it is broken off as well.
    if (!response.destroyed) throw error
  }
}
/** False when the client has taken nothing for too long, or is gone. */
async function drained({ response }: Exchange, clock: Clock): Promise<boolean> {
  const over = new AbortController()
  using _timer = clock.after(WRITE_STALL_MAX_MS, () => over.abort())
  const close = () => over.abort()
  response.once('close', close)
  try {
    await once(response, 'drain', { signal: over.signal })
    return true
  } catch (error) {
    if (over.signal.aborted) return false
    throw error
  } finally {
    response.off('close', close)
  }
}
