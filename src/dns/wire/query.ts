/** Reads what clients ask: one question, and what they can take in answer. Whatever comes in, it never throws. */
import { nameEnd, plainNameEnd } from './name.ts'
import { type Code, CODE, FLAG, HEADER_BYTES, MESSAGE_MAX, PLAIN_UDP_MAX, TYPE, UDP_MAX } from './numbers.ts'

export interface Query {
  readonly id: number
  /** Of the request, as they stand. */
  readonly flags: number
  /** The question as it was asked, letters in their case: it is repeated in the answer. */
  readonly question: Buffer
  /** The question with letters in lower case: equal questions have equal keys. */
  readonly key: string
  readonly type: number
  readonly class: number
  /** What the client says of itself (EDNS, RFC 6891); absent from old clients. */
  readonly extended?: { readonly udpMax: number; readonly wantsDnssec: boolean }
}
/** Something that is answered without looking at the question. */
export interface BadQuery {
  readonly id: number
  readonly flags: number
  readonly refusal: Code
}
/** More records than this in a request are nothing but work for us. */
const RECORDS_MAX = 16

/** Undefined for what gets no answer at all: answers, and what has not even a header. An answer to an answer would never end. */
export function readQuery(bytes: Buffer): Query | BadQuery | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const id = bytes.readUInt16BE(0)
  const flags = bytes.readUInt16BE(2)
  if (flags & FLAG.RESPONSE) return undefined
  if (flags & FLAG.OPCODE) return { id, flags, refusal: 'NOTIMP' }
  const malformed: BadQuery = { id, flags, refusal: 'FORMERR' }
  if (bytes.readUInt16BE(4) !== 1) return malformed
  const end = plainNameEnd(bytes, HEADER_BYTES)
  if (end === undefined || end + 4 > bytes.length) return malformed
  const extended = readExtension(bytes, end + 4)
  if (extended === 'malformed') return malformed
  if (extended && extended.version > 0) return { id, flags, refusal: 'BADVERS' }
  const question = bytes.subarray(HEADER_BYTES, end + 4)
  return {
    id,
    flags,
    question,
    key: keyOf(question),
    type: bytes.readUInt16BE(end),
    class: bytes.readUInt16BE(end + 2),
    ...(extended && { extended }),
  }
}

/** The question's bytes as a text, ASCII letters in lower case. Lengths of labels lie below the letters. */
export function keyOf(question: Buffer): string {
  const text = question.toString('latin1')
  const nameEnd = text.length - 4
  for (let i = 0; i < nameEnd; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x41 && code <= 0x5a) return lowered(text, nameEnd)
  }
  return text
}
const lowered = (text: string, nameEnd: number) =>
  text.slice(0, nameEnd).replaceAll(/[A-Z]/g, letter => letter.toLowerCase()) + text.slice(nameEnd)

interface Extension {
  readonly udpMax: number
  readonly wantsDnssec: boolean
  readonly version: number
}
/** The OPT record among those after the question. */
function readExtension(bytes: Buffer, at: number): Extension | 'malformed' | undefined {
  const count = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10)
  if (count > RECORDS_MAX) return 'malformed'
  let found: Extension | undefined
  for (let i = 0, here = at; i < count; i++) {
    const end = nameEnd(bytes, here)
    if (end === undefined || end + 10 > bytes.length) return 'malformed'
    const next = end + 10 + bytes.readUInt16BE(end + 8)
    if (next > bytes.length) return 'malformed'
    if (bytes.readUInt16BE(end) === TYPE.OPT) {
      if (found || end !== here + 1) return 'malformed'
      found = { udpMax: bytes.readUInt16BE(end + 2), version: bytes[end + 5] as number, wantsDnssec: (bytes[end + 6] as number) >= 0x80 }
    }
    here = next
  }
  return found
}

/** How long an answer may be. */
export const answerMax = ({ extended }: Pick<Query, 'extended'>, transport: 'udp' | 'tcp'): number =>
  transport === 'tcp' ? MESSAGE_MAX : extended ? Math.min(Math.max(extended.udpMax, PLAIN_UDP_MAX), UDP_MAX) : PLAIN_UDP_MAX

export const isBad = (query: Query | BadQuery): query is BadQuery => 'refusal' in query

/** The answer to a request that cannot be understood or is not taken. BADVERS does not fit into the header: its upper bits go into an OPT record. */
export function encodeRefusal({ id, flags, refusal }: BadQuery): Buffer {
  const code = CODE[refusal]
  const isExtended = code > FLAG.CODE
  const bytes = Buffer.alloc(HEADER_BYTES + (isExtended ? 11 : 0))
  bytes.writeUInt16BE(id, 0)
  bytes.writeUInt16BE(FLAG.RESPONSE | (flags & (FLAG.OPCODE | FLAG.RECURSION_DESIRED)) | FLAG.RECURSION_AVAILABLE | (code & FLAG.CODE), 2)
  if (isExtended) {
    bytes.writeUInt16BE(1, 10)
    bytes.writeUInt16BE(TYPE.OPT, 13)
    bytes.writeUInt16BE(UDP_MAX, 15)
    bytes[17] = code >> 4
  }
  return bytes
}
