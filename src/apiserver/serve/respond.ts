/** Writes an answer to an exchange, at the pace at which the client reads. */
import { once } from 'node:events'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '#base/clock.ts'
import type { Answer } from '../negotiate/answer.ts'
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
  if (!(answer.body instanceof Uint8Array))
    return await stream(exchange, answer.code, { headers: answer.headers, body: answer.body, clock })
  const whole = { ...answer, body: answer.body }
  const { body, headers } = isZipped(exchange, whole) ? await zipped(whole) : whole
  const isWhole = body.length <= PIECE_BYTES
  exchange.begin(answer.code, { ...headers, 'content-length': String(body.length) }, isWhole)
  if (exchange.method === 'HEAD') exchange.response.end()
  else if (isWhole) exchange.response.end(body)
  else await write(exchange, piecesOf(body), clock)
}
function* piecesOf(body: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES)
}

type Whole = Extract<Answer, { readonly code: number }> & { readonly body: Uint8Array }
function isZipped({ method, headers }: Exchange, answer: Whole): boolean {
  if (method !== 'GET' || answer.body.length < GZIP_MIN_BYTES || 'content-encoding' in answer.headers) return false
  return /(^|[\s,])gzip($|[\s,;])/.test([headers['accept-encoding'] ?? ''].flat().join(','))
}
async function zipped({ body, headers }: Whole): Promise<Pick<Whole, 'headers' | 'body'>> {
  return {
    body: await zip(body, { level: GZIP_LEVEL }),
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
  }
}

interface Flow {
  readonly headers: Whole['headers']
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
