/** The protobuf wire format: a writer that goes from the end to the start, and a reader that checks every bound. */

/** varint, 64 bits, length-delimited, 32 bits. */
export type WireType = 0 | 1 | 2 | 5

/** Bytes that are no protobuf message. Messages are those of Go's generated code. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** Longer strings are faster encoded by the platform than letter by letter. */
const SHORT_STRING = 48
const FIRST_BUFFER_BYTES = 4_096

/**
 * Writes backwards, as gogo's generated code does: a message is written before its length, so no sizes are computed beforehand.
 * The last field of a message is therefore written first, and each value before its tag.
 */
export class ProtobufWriter {
  #buffer: Uint8Array
  #at: number
  constructor(capacityBytes = FIRST_BUFFER_BYTES) {
    this.#buffer = new Uint8Array(capacityBytes)
    this.#at = capacityBytes
  }
  /** Bytes written so far; the difference of two readings is a message's length. */
  get written(): number {
    return this.#buffer.length - this.#at
  }
  tag(field: number, wireType: WireType): void {
    this.varint(field * 8 + wireType)
  }
  /** A whole number; negative ones take ten bytes, as int32 and int64 do. */
  varint(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0 || value > 0x7f_ff_ff_ff) return this.#large(value)
    if (value < 0x80) {
      this.#room(1)
      this.#buffer[--this.#at] = value
      return
    }
    const size = value < 0x40_00 ? 2 : value < 0x20_00_00 ? 3 : value < 0x10_00_00_00 ? 4 : 5
    this.#room(size)
    this.#at -= size
    let rest = value
    let i = this.#at
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[i++] = (rest & 0x7f) | 0x80
    this.#buffer[i] = rest
  }
  #large(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value))
    const bytes: number[] = []
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
    bytes.push(Number(rest))
    this.raw(Uint8Array.from(bytes))
  }
  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#at -= bytes.length
    this.#buffer.set(bytes, this.#at)
  }
  /** Length and bytes. */
  bytes(bytes: Uint8Array): void {
    this.raw(bytes)
    this.varint(bytes.length)
  }
  /** Length and UTF-8. */
  string(text: string): void {
    if (text.length > SHORT_STRING) return this.bytes(encoder.encode(text))
    this.#room(text.length)
    const end = this.#at
    for (let i = text.length; i-- > 0; ) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#at = end
        return this.bytes(encoder.encode(text))
      }
      this.#buffer[--this.#at] = code
    }
    this.varint(text.length)
  }
  double(value: number): void {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value, true)
    this.raw(bytes)
  }
  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(this.#at)
  }
  #room(size: number): void {
    if (size <= this.#at) return
    const { written } = this
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, written + size))
    larger.set(this.#buffer.subarray(this.#at), larger.length - written)
    this.#buffer = larger
    this.#at = larger.length - written
  }
}
/** So that no message can exhaust the stack; twice what JSON may nest, since some levels of JSON are two messages. */
const DEPTH_MAX = 600

export class ProtobufReader {
  readonly #bytes: Uint8Array
  #at = 0
  #end: number
  #depth = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#end = bytes.length
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#end
  }
  /** The next tag, field number times eight plus wire type. */
  tag(): number {
    const tag = this.unsigned()
    const wireType = tag & 7
    if (wireType === 4) throw new ProtobufError('proto: wiretype end group for non-group')
    if (tag >>> 3 === 0 || tag > 0xff_ff_ff_ff) throw new ProtobufError(`proto: illegal tag ${Math.floor(tag / 8)} (wire type ${tag})`)
    return tag
  }
  /** An unsigned varint; beyond 2^53 it loses precision. */
  unsigned(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 10; i++) {
      if (this.#at >= this.#end) throw truncated()
      const byte = this.#bytes[this.#at++] as number
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    throw new ProtobufError('proto: integer overflow')
  }
  /** A varint of 64 bits, signed. */
  big(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= this.#end) throw truncated()
      const byte = this.#bytes[this.#at++] as number
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
    throw new ProtobufError('proto: integer overflow')
  }
  /** An int64 as a number. */
  int64(): number {
    const start = this.#at
    const value = this.unsigned()
    if (value <= Number.MAX_SAFE_INTEGER) return value
    this.#at = start
    return Number(this.big())
  }
  int32(): number {
    const value = this.int64()
    return value >= -0x80_00_00_00 && value <= 0x7f_ff_ff_ff ? value : Number(BigInt.asIntN(32, BigInt(value)))
  }
  bool(): boolean {
    return this.unsigned() !== 0
  }
  double(): number {
    const at = this.#take(8)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true)
  }
  /** A view on length-delimited bytes, not a copy. */
  bytes(): Uint8Array {
    const length = this.#length()
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }
  string(): string {
    const length = this.#length()
    const at = this.#take(length)
    if (length > SHORT_STRING) return decoder.decode(this.#bytes.subarray(at, at + length))
    let text = ''
    for (let i = at; i < at + length; i++) {
      const code = this.#bytes[i] as number
      if (code > 0x7f) return decoder.decode(this.#bytes.subarray(at, at + length))
      text += String.fromCharCode(code)
    }
    return text
  }
  /** Goes into a message; give the result to `leave` at its end. */
  enter(): number {
    const length = this.#length()
    if (length > this.#end - this.#at) throw truncated()
    if (++this.#depth > DEPTH_MAX) throw new ProtobufError('proto: exceeded max depth')
    const outer = this.#end
    this.#end = this.#at + length
    return outer
  }
  leave(outer: number): void {
    this.#at = this.#end
    this.#end = outer
    this.#depth--
  }
  /** Passes over the value of an unknown field. */
  skip(wireType: number): void {
    switch (wireType) {
      case 0:
        this.unsigned()
        return
      case 1:
        this.#take(8)
        return
      case 2:
        this.#take(this.#length())
        return
      case 3:
        return this.#skipGroup()
      case 5:
        this.#take(4)
        return
      default:
        throw new ProtobufError(`proto: illegal wireType ${wireType}`)
    }
  }
  #skipGroup(): void {
    for (let open = 1; open > 0; ) {
      const wireType = this.unsigned() & 7
      if (wireType === 3) open++
      else if (wireType === 4) open--
      else this.skip(wireType)
    }
  }
  #length(): number {
    const length = this.unsigned()
    if (length > 0x7f_ff_ff_ff) throw new ProtobufError('proto: negative length found during unmarshaling')
    return length
  }
  #take(size: number): number {
    const at = this.#at
    if (size > this.#end - at) throw truncated()
    this.#at = at + size
    return at
  }
}
const truncated = () => new ProtobufError('unexpected EOF')
