/** How keys and rows stand in LMDB: keys in bytes of the same order, rows as small as they can be. */
import type { LeaseTerm, Version } from '../../medium.ts'

export interface KeyCodec<K> {
  encode(key: K): Buffer
  decode(bytes: Uint8Array): K
}
export interface RowCodec<V> {
  encode(value: V): Buffer
  decode(bytes: Buffer): V
}

const view = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

export const textKey: KeyCodec<string> = {
  encode: key => Buffer.from(key),
  decode: bytes => view(bytes).toString(),
}

/** A positive number as a big-endian IEEE double: the order of the bytes is that of the numbers. */
export const numberKey: KeyCodec<number> & RowCodec<number> = {
  encode: number => {
    const bytes = Buffer.allocUnsafe(NUMBER_BYTES)
    bytes.writeDoubleBE(number)
    return bytes
  },
  decode: bytes => view(bytes).readDoubleBE(),
}
const NUMBER_BYTES = 8

export const leaseTerm: RowCodec<LeaseTerm> = {
  encode: ({ ttlSeconds, endsAtMs }) => {
    const bytes = Buffer.allocUnsafe(2 * NUMBER_BYTES)
    bytes.writeDoubleBE(ttlSeconds)
    bytes.writeDoubleBE(endsAtMs, NUMBER_BYTES)
    return bytes
  },
  decode: bytes => ({ ttlSeconds: bytes.readDoubleBE(), endsAtMs: bytes.readDoubleBE(NUMBER_BYTES) }),
}

/** Where what stands in a version's row: type, before, lease, the key's length in bytes; then key and value. */
const TYPE = 0
const BEFORE = 1
const LEASE = BEFORE + NUMBER_BYTES
const KEY_LENGTH = LEASE + NUMBER_BYTES
const KEY = KEY_LENGTH + 2

export const version: RowCodec<Version> = {
  encode: ({ type, key, value, before, lease }) => {
    const keyLength = Buffer.byteLength(key)
    const bytes = Buffer.allocUnsafe(KEY + keyLength + value.length)
    bytes[TYPE] = type === 'put' ? 1 : 0
    bytes.writeDoubleBE(before, BEFORE)
    bytes.writeDoubleBE(lease, LEASE)
    bytes.writeUInt16BE(keyLength, KEY_LENGTH)
    bytes.write(key, KEY)
    bytes.set(value, KEY + keyLength)
    return bytes
  },
  decode: bytes => {
    const valueAt = KEY + bytes.readUInt16BE(KEY_LENGTH)
    return {
      type: bytes[TYPE] === 1 ? 'put' : 'delete',
      key: bytes.toString('utf8', KEY, valueAt),
      value: bytes.subarray(valueAt),
      before: bytes.readDoubleBE(BEFORE),
      lease: bytes.readDoubleBE(LEASE),
    }
  },
}
