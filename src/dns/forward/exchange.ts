/** One question to one server: over UDP, and over TCP when the answer does not fit. */
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { Clock } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import { literal } from '../wire/literal.ts'
import type { Upstream } from '../settings.ts'
import { codeOf, encodeQuery, questionEnd } from '../wire/message.ts'
import { framed, Frames } from '../wire/frames.ts'
import { CODE, FLAG, HEADER_BYTES } from '../wire/numbers.ts'
import { keyOf } from '../wire/query.ts'

export interface Asked {
  readonly question: Buffer
  readonly wantsDnssec: boolean
  /** Of the client's request. */
  readonly flags: number
}
export interface ExchangeOptions {
  readonly clock: Clock
  readonly random: Random
  readonly timeoutMs: number
}

/**
 * The whole answer. Throws when there is none in time. Each question goes out from a port and with an id that cannot be guessed (RFC 5452);
 * packets that do not match are passed over, and the right one is waited for.
 */
export async function exchange(upstream: Upstream, asked: Asked, options: ExchangeOptions): Promise<Buffer> {
  const deadline = options.clock.now() + options.timeoutMs
  const way = (isExtended: boolean): Way => ({ ...options, isExtended, timeoutMs: Math.max(0, deadline - options.clock.now()) })
  const first = await overUdp(upstream, asked, way(true))
  // Servers of old do not know EDNS.
  const isTooNew = [CODE.FORMERR, CODE.NOTIMP].some(code => code === codeOf(first))
  const answer = isTooNew ? await overUdp(upstream, asked, way(false)) : first
  return answer.readUInt16BE(2) & FLAG.TRUNCATED ? overTcp(upstream, asked, way(!isTooNew)) : answer
}
interface Way extends ExchangeOptions {
  readonly isExtended: boolean
}
const requestOf = (asked: Asked, { random, isExtended }: Way) =>
  encodeQuery(asked.question, { ...asked, id: random.integer(0x10000), isExtended })

function overUdp({ address, port }: Upstream, asked: Asked, way: Way): Promise<Buffer> {
  const request = requestOf(asked, way)
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', lookup: literal })
    const end = (act: () => void) => {
      timer[Symbol.dispose]()
      socket.removeAllListeners('message')
      socket.close()
      act()
    }
    const fail = (error: Error) => end(() => reject(error))
    const timer = way.clock.after(way.timeoutMs, () => fail(new Error(`ask ${address}: no answer within ${way.timeoutMs} ms`)))
    socket.once('error', fail)
    socket.on('message', message => {
      if (isAnswer(message, request, asked.question)) end(() => resolve(message))
    })
    // Connected, so that the kernel drops what comes from anybody else and tells when nobody listens.
    socket.connect(port, address, () => socket.send(request))
  })
}

function overTcp({ address, port }: Upstream, asked: Asked, way: Way): Promise<Buffer> {
  const request = requestOf(asked, way)
  return new Promise((resolve, reject) => {
    const socket = connect(port, address)
    const end = (act: () => void) => {
      timer[Symbol.dispose]()
      socket.destroy()
      act()
    }
    const fail = (error: Error) => end(() => reject(error))
    const timer = way.clock.after(way.timeoutMs, () => fail(new Error(`ask ${address} over TCP: no answer within ${way.timeoutMs} ms`)))
    const frames = new Frames()
    socket.once('error', fail)
    socket.once('end', () => fail(new Error(`ask ${address} over TCP: it hung up`)))
    socket.on('data', piece => {
      frames.add(piece)
      const message = frames.next()
      if (!message) return
      if (isAnswer(message, request, asked.question)) end(() => resolve(message))
      else fail(new Error(`ask ${address} over TCP: it answered something else`))
    })
    socket.write(framed(request))
  })
}

/** Same id, same question. A server that does not understand the request may leave the question out. */
export function isAnswer(message: Buffer, request: Buffer, question: Buffer): boolean {
  if (message.length < HEADER_BYTES || message.readUInt16BE(0) !== request.readUInt16BE(0)) return false
  const flags = message.readUInt16BE(2)
  if (!(flags & FLAG.RESPONSE) || flags & FLAG.OPCODE) return false
  if (message.readUInt16BE(4) === 0) return codeOf(message) !== CODE.NOERROR && codeOf(message) !== CODE.NXDOMAIN
  const end = questionEnd(message)
  return end !== undefined && keyOf(message.subarray(HEADER_BYTES, end)) === keyOf(question)
}
