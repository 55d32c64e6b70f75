/** Protocol buffer messages declared as data: fields with numbers and types; the TypeScript types follow from the declaration. */

/** How one value is written and read; `wire` is its wire type. */
export interface Codec<In, Out = In> {
  readonly wire: 0 | 1 | 2 | 5
  /** What an absent field reads as. */
  readonly zero: () => Out
  readonly isZero: (value: In) => boolean
  readonly write: (out: Output, value: In) => void
  readonly read: (input: Input, before: Out) => Out
}
interface Field<In, Out> {
  readonly number: number
  readonly codec: Codec<In, Out>
  /** Repeated scalars come packed or not; both are read. */
  readonly repeats?: true
}
// `any`: each field keeps its own types
type Fields = Readonly<Record<string, Field<any, any>>>
type SentOf<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<infer In, infer _> ? In : never }
type ReceivedOf<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer _, infer Out> ? Out : never }
export interface Message<In, Out> {
  readonly encode: (value: In) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Out
}
/** What may be given for a message: every field may be absent. */
export type Sent<M> = M extends Message<infer In, infer _> ? In : never
/** What a decoded message is: scalars, lists and maps are always there, messages may be undefined. */
export type Received<M> = M extends Message<infer _, infer Out> ? Out : never

export class Output {
  #bytes = Buffer.alloc(256)
  #length = 0
  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
  varint(value: number): void {
    this.#room(10)
    let rest = value < 0 || value > Number.MAX_SAFE_INTEGER ? BigInt.asUintN(64, BigInt(value)) : undefined
    if (rest !== undefined) {
      for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128
      this.#bytes[this.#length++] = Number(rest)
      return
    }
    let small = value
    for (; small > 127; small = Math.floor(small / 128)) this.#bytes[this.#length++] = (small % 128) | 128
    this.#bytes[this.#length++] = small
  }
  double(value: number): void {
    this.#room(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }
  bytes(value: Uint8Array): void {
    this.varint(value.length)
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

export class Input {
  readonly #bytes: Buffer
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }
  /** Signed 64 bits; beyond 2^53 the last digits are rounded (nanoseconds since the epoch are then exact to 256 ns). */
  varint(): number {
    let low = 0
    let factor = 1
    for (let byte = 0; byte < 7; byte++) {
      const next = this.#byte()
      low += (next & 127) * factor
      if (next < 128) return low
      factor *= 128
    }
    let high = 0n
    for (let shift = 49n; ; shift += 7n) {
      const next = this.#byte()
      high |= BigInt(next & 127) << shift
      if (next < 128) return Number(BigInt.asIntN(64, high | BigInt(low)))
    }
  }
  double(): number {
    this.#at += 8
    return this.#bytes.readDoubleLE(this.#at - 8)
  }
  bytes(): Buffer {
    const length = this.varint()
    if (length < 0 || this.#at + length > this.#bytes.length) throw new RangeError('decode message: cut short')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
  skip(wire: number): void {
    if (wire === 0) this.varint()
    else if (wire === 1) this.#at += 8
    else if (wire === 2) this.bytes()
    else if (wire === 5) this.#at += 4
    else throw new RangeError(`decode message: wire type ${wire}`)
  }
  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new RangeError('decode message: cut short')
    return byte
  }
}

const NUMBER: Codec<number> = {
  wire: 0,
  zero: () => 0,
  isZero: value => value === 0,
  write: (out, value) => out.varint(value),
  read: input => input.varint(),
}
const DOUBLE: Codec<number> = { ...NUMBER, wire: 1, write: (out, value) => out.double(value), read: input => input.double() }
const BOOL: Codec<boolean> = {
  wire: 0,
  zero: () => false,
  isZero: value => !value,
  write: (out, value) => out.varint(value ? 1 : 0),
  read: input => input.varint() !== 0,
}
const TEXT: Codec<string> = {
  wire: 2,
  zero: () => '',
  isZero: value => value === '',
  write: (out, value) => out.bytes(Buffer.from(value)),
  read: input => input.bytes().toString(),
}
const BYTES: Codec<Uint8Array> = {
  wire: 2,
  zero: () => new Uint8Array(),
  isZero: value => value.length === 0,
  write: (out, value) => out.bytes(value),
  read: input => Buffer.from(input.bytes()),
}

/** int32, int64, uint32, uint64 and enumerations. */
export const int = (number: number): Field<number, number> => ({ number, codec: NUMBER })
export const double = (number: number): Field<number, number> => ({ number, codec: DOUBLE })
export const bool = (number: number): Field<boolean, boolean> => ({ number, codec: BOOL })
export const text = (number: number): Field<string, string> => ({ number, codec: TEXT })
export const bytes = (number: number): Field<Uint8Array, Uint8Array> => ({ number, codec: BYTES })

export function one<In, Out>(number: number, of: Message<In, Out>): Field<In | undefined, Out | undefined> {
  return {
    number,
    codec: {
      wire: 2,
      zero: () => undefined,
      isZero: value => value === undefined,
      write: (out, value) => out.bytes(of.encode(value as In)),
      read: input => of.decode(input.bytes()),
    },
  }
}
export function many<In, Out>(number: number, of: Message<In, Out>): Field<readonly In[], readonly Out[]> {
  return repeated(number, {
    wire: 2,
    zero: () => of.decode(new Uint8Array()),
    isZero: () => false,
    write: (out, value) => out.bytes(of.encode(value)),
    read: input => of.decode(input.bytes()),
  })
}
export const texts = (number: number): Field<readonly string[], readonly string[]> => repeated(number, TEXT)
export const ints = (number: number): Field<readonly number[], readonly number[]> => repeated(number, NUMBER)
const repeated = <In, Out>(number: number, item: Codec<In, Out>): Field<readonly In[], readonly Out[]> =>
  ({ number, repeats: true, codec: item }) as unknown as Field<readonly In[], readonly Out[]>

type Texts = Readonly<Record<string, string>>
export function textMap(number: number): Field<Texts, Texts> {
  const entry = message({ key: text(1), value: text(2) })
  return {
    number,
    codec: {
      wire: 2,
      zero: () => ({}),
      isZero: value => Object.keys(value).length === 0,
      write: (out, value) => {
        let isFirst = true
        for (const [key, text] of Object.entries(value)) {
          if (!isFirst) out.varint((number << 3) | 2)
          isFirst = false
          out.bytes(entry.encode({ key, value: text }))
        }
      },
      read: (input, before) => {
        const { key, value } = entry.decode(input.bytes())
        return { ...before, [key]: value }
      },
    },
  }
}

/** Declares a message: `message({ id: text(1), state: int(2) })`. Unknown fields are skipped when read. */
export function message<F extends Fields>(fields: F): Message<SentOf<F>, ReceivedOf<F>> {
  const entries = Object.entries(fields)
  const byNumber = new Map(entries.map(([name, field]) => [field.number, { name, field }]))
  return {
    encode(value) {
      const out = new Output()
      for (const [name, { number, codec, repeats }] of entries) {
        const given = (value as Record<string, unknown>)[name]
        if (given === undefined) continue
        const items = repeats ? (given as unknown[]) : codec.isZero(given) ? [] : [given]
        for (const item of items) {
          out.varint((number << 3) | codec.wire)
          codec.write(out, item)
        }
      }
      return out.finish()
    },
    decode(bytes) {
      const value: Record<string, unknown> = {}
      for (const [name, { codec, repeats }] of entries) value[name] = repeats ? [] : codec.zero()
      const input = new Input(bytes)
      while (!input.isAtEnd) {
        const tag = input.varint()
        const known = byNumber.get(tag >>> 3)
        if (!known) input.skip(tag & 7)
        else readField(value, known, { input, wire: tag & 7 })
      }
      return value as ReceivedOf<F>
    },
  }
}

function readField(
  value: Record<string, unknown>,
  { name, field }: { name: string; field: Field<unknown, unknown> },
  { input, wire }: { input: Input; wire: number },
): void {
  const { codec, repeats } = field
  if (!repeats) {
    value[name] = codec.read(input, value[name])
    return
  }
  const items = value[name] as unknown[]
  if (wire === codec.wire) items.push(codec.read(input, undefined))
  else {
    const packed = new Input(input.bytes())
    while (!packed.isAtEnd) items.push(codec.read(packed, undefined))
  }
}
