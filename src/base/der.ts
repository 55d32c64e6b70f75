/** DER, the binary form of certificates: a writer of a few words and a reader of one level at a time (ITU-T X.690). */
import { Buffer } from 'node:buffer'

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const
/** Context-specific tags: `[n]`, as a plain value or around other values. */
export const plain = (n: number): number => 0x80 | n
export const around = (n: number): number => 0xa0 | n

export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...content])
}
const lengthBytes = (length: number): number[] => {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}
export const sequence = (...content: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...content)
export const set = (...content: readonly Uint8Array[]): Buffer => der(TAG.set, ...content)
export const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer => der(TAG.bitString, Buffer.from([unusedBits]), bytes)
export const octetString = (bytes: Uint8Array): Buffer => der(TAG.octetString, bytes)
export const text = (value: string, tag: number = TAG.utf8): Buffer => der(tag, Buffer.from(value, 'utf8'))
export const yes: Buffer = der(TAG.boolean, Buffer.from([0xff]))

/** A non-negative integer of big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const trimmed = bytes.subarray(start)
  return der(TAG.integer, ...((trimmed[0] ?? 0) & 0x80 ? [Buffer.from([0]), trimmed] : [trimmed]))
}
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap(arc => {
    const sevens = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) sevens.unshift((left & 0x7f) | 0x80)
    return sevens
  })
  return der(TAG.oid, Buffer.from(bytes))
}
/** UTCTime before 2050, GeneralizedTime from then on, as RFC 5280 asks. Milliseconds since the epoch. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? text(digits.slice(2), TAG.utcTime) : text(digits, TAG.generalizedTime)
}

/** One value as it was read: its tag, its content, and the bytes of the whole. */
export interface Value {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}
/** Thrown for bytes that are not DER; the message says what was expected. */
export class MalformedDer extends Error {}

/** The values that stand one after another in `bytes`. Throws MalformedDer. */
export function values(bytes: Uint8Array): Value[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: Value[] = []
  for (let at = 0; at < buffer.length; ) {
    const start = at
    const tag = buffer[at++] as number
    let length = buffer[at++] ?? -1
    if (length > 0x84 || length === 0x80 || length < 0) throw new MalformedDer('a definite length of at most four bytes was expected')
    if (length & 0x80) {
      const size = length & 0x7f
      if (at + size > buffer.length) throw new MalformedDer('the length goes beyond the end')
      length = buffer.readUIntBE(at, size)
      at += size
    }
    if (at + length > buffer.length) throw new MalformedDer('the value goes beyond the end')
    found.push({ tag, content: buffer.subarray(at, at + length), whole: buffer.subarray(start, at + length) })
    at += length
  }
  return found
}
/** The values inside a value that has the tag; throws MalformedDer otherwise. */
export function inside(value: Value | undefined, tag: number = TAG.sequence): Value[] {
  if (value?.tag !== tag) throw new MalformedDer(`tag ${tag} was expected, found ${value?.tag ?? 'nothing'}`)
  return values(value.content)
}
export function dotted(value: Value | undefined): string {
  if (value?.tag !== TAG.oid || value.content.length === 0) throw new MalformedDer('an object identifier was expected')
  const arcs: number[] = []
  let arc = 0
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const [head = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(head / 40))
  return [first, head - first * 40, ...rest].join('.')
}
/** The text of a UTF8, printable, IA5, teletex or BMP string. Throws MalformedDer. */
export function textOf(value: Value | undefined): string {
  if (value?.tag !== BMP_STRING) return value?.content.toString('utf8') ?? ''
  if (value.content.length % 2) throw new MalformedDer('a text of two bytes a letter has an odd length')
  return Buffer.from(value.content).swap16().toString('utf16le')
}
const BMP_STRING = 0x1e
