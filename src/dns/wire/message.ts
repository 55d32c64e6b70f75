/** A whole message as bytes: where its records are, how it is shortened, and how it is made the answer to one request. */
import { nameEnd, plainNameEnd } from './name.ts'
import { CODE, type Code, FLAG, HEADER_BYTES, TYPE, UDP_MAX } from './numbers.ts'
import type { Query } from './query.ts'

export interface Place {
  /** 0 answers, 1 authorities, 2 additionals. */
  readonly section: 0 | 1 | 2
  readonly start: number
  readonly type: number
  /** Of the four bytes of its time to live; its data begin six bytes later. */
  readonly ttlAt: number
  readonly end: number
}
const OPT_BYTES = 11

/** Where the question ends; undefined when there is not exactly one. */
export function questionEnd(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(4) !== 1) return undefined
  const end = plainNameEnd(bytes, HEADER_BYTES)
  return end === undefined || end + 4 > bytes.length ? undefined : end + 4
}

/** All records of a message with one question; undefined when it is malformed. */
export function places(bytes: Buffer): readonly Place[] | undefined {
  let here = questionEnd(bytes)
  if (here === undefined) return undefined
  const found: Place[] = []
  for (const section of [0, 1, 2] as const) {
    for (let count = bytes.readUInt16BE(6 + 2 * section); count > 0; count--) {
      const end = nameEnd(bytes, here)
      if (end === undefined || end + 10 > bytes.length) return undefined
      const next: number = end + 10 + bytes.readUInt16BE(end + 8)
      if (next > bytes.length) return undefined
      found.push({ section, start: here, type: bytes.readUInt16BE(end), ttlAt: end + 4, end: next })
      here = next
    }
  }
  return found
}

export const codeOf = (bytes: Buffer): number => bytes.readUInt16BE(2) & FLAG.CODE

/** Keeps the first `kept` records. */
function cutAfter(bytes: Buffer, all: readonly Place[], kept: number): Buffer {
  const rest = all.slice(0, kept)
  const cut = Buffer.from(bytes.subarray(0, all[kept]?.start ?? bytes.length))
  for (const section of [0, 1, 2]) cut.writeUInt16BE(rest.filter(place => place.section === section).length, 6 + 2 * section)
  return cut
}
/** Without what is between neighbours only (EDNS) and whatever comes after it. */
export function withoutExtension(bytes: Buffer, all: readonly Place[]): Buffer {
  const at = all.findIndex(({ type }) => type === TYPE.OPT)
  return at < 0 ? bytes : cutAfter(bytes, all, at)
}

/**
 * A message as the answer to one request: with its id, its spelling of the question, and no longer than `max`.
 * What is too long loses additional records first; when others have to go, it says so, and the client asks again over TCP (RFC 2181, 9).
 */
export function answerTo({ id, flags, question, extended }: Query, message: Buffer, max: number): Buffer {
  const room = max - (extended ? OPT_BYTES : 0)
  const body = message.length > room ? shortened(message, room) : message
  const bytes = Buffer.allocUnsafe(body.length + (extended ? OPT_BYTES : 0))
  body.copy(bytes)
  question.copy(bytes, HEADER_BYTES)
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt16BE((bytes.readUInt16BE(2) & ~(FLAG.RECURSION_DESIRED | FLAG.CHECKING_DISABLED)) | (flags & REPEATED), 2)
  if (extended) {
    bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10)
    writeExtension(bytes, body.length, { wantsDnssec: extended.wantsDnssec })
  }
  return bytes
}
const REPEATED = FLAG.RECURSION_DESIRED | FLAG.CHECKING_DISABLED

function shortened(message: Buffer, room: number): Buffer {
  const all = places(message) ?? []
  const fitting = all.findIndex(({ end }) => end > room)
  const isOnlyAdditional = all[fitting]?.section === 2
  const cut = cutAfter(message, all, fitting < 0 ? 0 : fitting)
  if (!isOnlyAdditional) cut.writeUInt16BE(cut.readUInt16BE(2) | FLAG.TRUNCATED, 2)
  return cut
}

/** A copy to be kept: in memory of its own, because a small buffer holds on to the pool from which it and its short-lived neighbours come. */
export function alone(message: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(message.length)
  message.copy(copy)
  return copy
}
/** There, but without records: NXDOMAIN is taken back. */
export function withoutError(message: Buffer): Buffer {
  const copy = Buffer.from(message)
  copy.writeUInt16BE(copy.readUInt16BE(2) & ~FLAG.CODE, 2)
  return copy
}
/** An answer without records. */
export function emptyAnswer(question: Buffer, code: Code): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + question.length)
  bytes.writeUInt16BE(FLAG.RESPONSE | FLAG.RECURSION_AVAILABLE | (CODE[code] & FLAG.CODE), 2)
  bytes.writeUInt16BE(1, 4)
  question.copy(bytes, HEADER_BYTES)
  return bytes
}

/** A request for others: our own id, recursion desired. */
export function encodeQuery(question: Buffer, options: { id: number; isExtended: boolean; wantsDnssec: boolean; flags: number }): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + question.length + (options.isExtended ? OPT_BYTES : 0))
  bytes.writeUInt16BE(options.id, 0)
  bytes.writeUInt16BE(FLAG.RECURSION_DESIRED | (options.flags & FLAG.CHECKING_DISABLED), 2)
  bytes.writeUInt16BE(1, 4)
  question.copy(bytes, HEADER_BYTES)
  if (options.isExtended) {
    bytes.writeUInt16BE(1, 10)
    writeExtension(bytes, HEADER_BYTES + question.length, options)
  }
  return bytes
}
function writeExtension(bytes: Buffer, at: number, { wantsDnssec }: { readonly wantsDnssec: boolean }): void {
  bytes[at] = 0
  bytes.writeUInt16BE(TYPE.OPT, at + 1)
  bytes.writeUInt16BE(UDP_MAX, at + 3)
  bytes.writeUInt32BE(wantsDnssec ? 0x8000 : 0, at + 5)
  bytes.writeUInt16BE(0, at + 9)
}
