/** How each scalar type stands in a protobuf message. */
import { decodeBase64, encodeBase64 } from '#base/base64.ts'
import { formatDuration, parseDuration } from '#base/duration.ts'
import type { ProtobufReader, ProtobufWriter, WireType } from '#base/protobuf.ts'
import { formatMicroseconds, formatSeconds, type Moment, parseTime } from '#base/rfc3339.ts'
import { Malformed } from './accept.ts'
import { canonicalQuantity } from './quantity.ts'

/** Writes and reads one value, without its tag; length-delimited ones with their length. */
export interface WireCodec {
  readonly wireType: WireType
  readonly write: (writer: ProtobufWriter, value: never) => void
  /** undefined where the bytes stand for absence. */
  readonly read: (reader: ProtobufReader) => unknown
  /** Go leaves an empty value of this type out, where it writes the zero of others. */
  readonly omitsZero?: true
}
const codec = <T>(wireType: WireType, write: (writer: ProtobufWriter, value: T) => void, read: (reader: ProtobufReader) => T | undefined) =>
  ({ wireType, write, read }) satisfies WireCodec

export const stringWire = codec<string>(
  2,
  (writer, value) => writer.string(value),
  reader => reader.string(),
)
export const boolWire = codec<boolean>(
  0,
  (writer, value) => writer.varint(value ? 1 : 0),
  reader => reader.bool(),
)
export const int32Wire = codec<number>(
  0,
  (writer, value) => writer.varint(value),
  reader => reader.int32(),
)
export const int64Wire = codec<number>(
  0,
  (writer, value) => writer.varint(value),
  reader => reader.int64(),
)
export const doubleWire = codec<number>(
  1,
  (writer, value) => writer.double(value),
  reader => reader.double(),
)
export const bytesWire: WireCodec = {
  ...codec<string>(
    2,
    (writer, value) => writer.bytes(decodeBase64(value)),
    reader => encodeBase64(reader.bytes()),
  ),
  omitsZero: true,
}

/** A message: `write` puts its fields, last one first; `read` is called for each field of it. */
export function message<T, Parts>(
  write: (writer: ProtobufWriter, value: T) => void,
  start: () => Parts,
  read: (reader: ProtobufReader, tag: number, parts: Parts) => boolean,
  finish: (parts: Parts) => T | undefined,
) {
  return codec<T>(
    2,
    (writer, value) => {
      const before = writer.written
      // Null stands for a zero that JSON cannot show otherwise (a time in a map): an empty message.
      if (value !== null) write(writer, value)
      writer.varint(writer.written - before)
    },
    reader => {
      const outer = reader.enter()
      const parts = start()
      while (!reader.isAtEnd) {
        const tag = reader.tag()
        if (!read(reader, tag, parts)) reader.skip(tag & 7)
      }
      reader.leave(outer)
      return finish(parts)
    },
  )
}
const VARINT_1 = 0x08
const BYTES_1 = 0x0a
const VARINT_2 = 0x10
const BYTES_3 = 0x1a

/** The zero time is an empty message. */
const timestamp = (microseconds: boolean, format: (moment: Moment) => string) =>
  message<string, { seconds: number; nanos: number; isEmpty: boolean }>(
    (writer, value) => {
      const { seconds, nanos } = parseTime(value, microseconds)
      writer.varint(nanos)
      writer.tag(2, 0)
      writer.varint(seconds)
      writer.tag(1, 0)
    },
    () => ({ seconds: 0, nanos: 0, isEmpty: true }),
    (reader, tag, parts) => {
      parts.isEmpty = false
      if (tag === VARINT_1) parts.seconds = reader.int64()
      else if (tag === VARINT_2) parts.nanos = reader.int32()
      else return false
      return true
    },
    parts => (parts.isEmpty ? undefined : format(parts)),
  )
export const timeWire = timestamp(false, ({ seconds }) => formatSeconds(seconds))
export const microTimeWire = timestamp(true, formatMicroseconds)

export const durationWire = message<string, { nanoseconds: bigint }>(
  (writer, value) => {
    writer.varint(parseDuration(value))
    writer.tag(1, 0)
  },
  () => ({ nanoseconds: 0n }),
  (reader, tag, parts) => {
    if (tag !== VARINT_1) return false
    parts.nanoseconds = reader.big()
    return true
  },
  ({ nanoseconds }) => formatDuration(nanoseconds),
)
export const quantityWire = message<string, { text: string }>(
  (writer, value) => {
    writer.string(value)
    writer.tag(1, 2)
  },
  () => ({ text: '0' }),
  (reader, tag, parts) => {
    if (tag !== BYTES_1) return false
    parts.text = reader.string()
    return true
  },
  ({ text }) => {
    try {
      return canonicalQuantity(text)
    } catch (error) {
      throw new Malformed((error as Error).message, { cause: error })
    }
  },
)

const IS_STRING = 1
export const intOrStringWire = message<number | string, { type: number; number: number; text: string }>(
  (writer, value) => {
    writer.string(typeof value === 'string' ? value : '')
    writer.tag(3, 2)
    writer.varint(typeof value === 'number' ? value : 0)
    writer.tag(2, 0)
    writer.varint(typeof value === 'string' ? IS_STRING : 0)
    writer.tag(1, 0)
  },
  () => ({ type: 0, number: 0, text: '' }),
  (reader, tag, parts) => {
    if (tag === VARINT_1) parts.type = reader.int32()
    else if (tag === VARINT_2) parts.number = reader.int32()
    else if (tag === BYTES_3) parts.text = reader.string()
    else return false
    return true
  },
  ({ type, number, text }) => (type === IS_STRING ? text : number),
)

const utf8 = new TextEncoder()
const text = new TextDecoder()
/** Raw JSON in a message of its own (RawExtension, FieldsV1, JSON). */
export const jsonWire = message<unknown, { raw: Uint8Array }>(
  (writer, value) => {
    writer.bytes(utf8.encode(JSON.stringify(value)))
    writer.tag(1, 2)
  },
  () => ({ raw: new Uint8Array() }),
  (reader, tag, parts) => {
    if (tag !== BYTES_1) return false
    parts.raw = reader.bytes()
    return true
  },
  ({ raw }) => {
    if (!raw.length) return undefined
    try {
      return JSON.parse(text.decode(raw)) as unknown
    } catch (error) {
      throw new Malformed(`a raw value is not JSON: ${(error as Error).message}`, { cause: error })
    }
  },
)
