/** Objects as protobuf messages, byte for byte as Kubernetes' generated code writes them. */
/*
 * Fields stand in the order of their tags, maps
 * sorted by key, lists never packed. What is no pointer in Go is always written, even when zero; `explicit` fields, and structs
 * that no rule writes, are pointers.
 */
import { ProtobufReader, ProtobufWriter } from '#base/protobuf.ts'
import { compiled, later } from './compiled.ts'
import { put } from './json-value.ts'
import { assemble, type CanonicalField, canonicalFields, zeroInside, zeroOf } from './presence.ts'
import { type Draft, type Field, type MapShape, type Shape, type StructShape, type Type } from './vocabulary.ts'
import { message, stringWire, type WireCodec } from './wire.ts'

/** The message of a value, without `kind` and `apiVersion`: those stand in the envelope around it. */
export function encodeProtobuf<T>(type: Type<T>, value: T): Uint8Array {
  const writer = new ProtobufWriter()
  messageOf(type).write(writer, value)
  return writer.finish()
}
/** A canonical draft. Unknown fields are passed over. Throws ProtobufError or Malformed when the bytes are no such message. */
export function decodeProtobuf<T>(type: Type<T>, bytes: Uint8Array): Draft<T> {
  return messageOf(type).read(new ProtobufReader(bytes)) as Draft<T>
}

/**
 * The codec of a scalar that is a message in protobuf: `parts` says what the message holds. For types that stand in JSON as one of
 * several forms.
 */
export function wireAs<V, S>(type: Type<S>, parts: (value: V) => S, value: (parts: S) => V | undefined): WireCodec {
  const inner = later(() => wireOf(type))
  return {
    wireType: 2,
    write: (writer, given: V) => inner().write(writer, parts(given) as never),
    read: reader => value(inner().read(reader) as S),
  }
}

/** Writes and reads the fields of a message up to the end of the reader, without a length. */
interface Message {
  readonly write: (writer: ProtobufWriter, value: unknown) => void
  readonly read: (reader: ProtobufReader) => unknown
}
const messageOf = compiled<Message>(shape => {
  if (shape.form !== 'struct') throw new TypeError('only structs are protobuf messages')
  return structMessage(shape)
})

/** The codec of one value; exported for scalars that hold values of other types. */
export const wireOf = compiled<WireCodec>(shape => {
  switch (shape.form) {
    case 'scalar':
      return shape.protobuf ?? refuseScalar(shape.name)
    case 'list':
      return wrappedList(shape.of)
    case 'map':
      throw new TypeError('a map within a list or a map has no protobuf form')
    case 'struct': {
      const body = later(() => messageOf(shape as unknown as Type<unknown>))
      return {
        wireType: 2,
        write: (writer, value) => {
          const before = writer.written
          body().write(writer, value)
          writer.varint(writer.written - before)
        },
        read: reader => {
          const outer = reader.enter()
          const value = body().read(reader)
          reader.leave(outer)
          return value
        },
      }
    }
  }
})
const refuseScalar = (name: string): WireCodec => {
  const refuse = () => {
    throw new TypeError(`${name} has no protobuf form`)
  }
  return { wireType: 2, write: refuse, read: refuse }
}
/** A list that stands where only one value can: in Go a named slice, in protobuf a message with `items` = 1. */
const wrappedList = (of: Type<unknown>): WireCodec => {
  const item = later(() => wireOf(of))
  return message<unknown[], unknown[]>(
    (writer, items) => {
      for (let i = items.length; i-- > 0; ) {
        item().write(writer, items[i] as never)
        writer.tag(1, item().wireType)
      }
    },
    () => [],
    (reader, tag, items) => {
      if (tag >>> 3 !== 1) return false
      items.push(item().read(reader) ?? zeroInside(of))
      return true
    },
    items => items,
  )
}

/** A place in a message: a field, or the message of an embedded struct with places of its own. */
type Slot = FieldSlot | EmbeddedSlot
interface FieldSlot {
  readonly tag: number
  readonly write: (writer: ProtobufWriter, value: unknown) => void
  readonly read: (reader: ProtobufReader, tag: number, values: unknown[]) => boolean
  readonly name: string
}
interface EmbeddedSlot {
  readonly tag: number
  /** Ascending by tag. */
  readonly slots: Slot[]
  readonly byTag: Map<number, Slot>
}

function structMessage(struct: StructShape): Message {
  const plan = later(() => structPlan(struct))
  return {
    write: (writer, value) => writeSlots(plan().root, writer, value as Record<string, unknown>),
    read: reader => {
      const { root, fields } = plan()
      const values: unknown[] = new Array(fields.length).fill(undefined)
      readSlots(root, reader, values)
      const draft = {}
      assemble(fields, values, draft)
      return draft
    },
  }
}
function structPlan(struct: StructShape) {
  const root: EmbeddedSlot = { tag: 0, slots: [], byTag: new Map() }
  const fields = canonicalFields(struct)
  for (const field of fields) {
    const declared = struct.fields[field.name] as Field<unknown, boolean>
    if (declared.tag === 0) throw new TypeError(`${struct.name} has no protobuf form: ${field.name} has no tag`)
    let parent = root
    for (const tag of declared.rules.within ?? []) parent = embedded(parent, tag)
    parent.byTag.set(declared.tag, fieldSlot(declared, field))
  }
  sort(root)
  return { root, fields }
}
function embedded(parent: EmbeddedSlot, tag: number): EmbeddedSlot {
  const found = parent.byTag.get(tag)
  if (found && 'slots' in found) return found
  const made: EmbeddedSlot = { tag, slots: [], byTag: new Map() }
  parent.byTag.set(tag, made)
  return made
}
function sort(slot: EmbeddedSlot): void {
  slot.slots.push(...[...slot.byTag.values()].sort((a, b) => a.tag - b.tag))
  for (const inner of slot.slots) if ('slots' in inner) sort(inner)
}

function writeSlots({ slots }: EmbeddedSlot, writer: ProtobufWriter, object: Record<string, unknown>): void {
  for (let i = slots.length; i-- > 0; ) {
    const slot = slots[i] as Slot
    if ('slots' in slot) {
      const before = writer.written
      writeSlots(slot, writer, object)
      writer.varint(writer.written - before)
      writer.tag(slot.tag, 2)
    } else slot.write(writer, object[slot.name] ?? undefined)
  }
}
function readSlots({ byTag }: EmbeddedSlot, reader: ProtobufReader, values: unknown[]): void {
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    const slot = byTag.get(tag >>> 3)
    if (slot === undefined) reader.skip(tag & 7)
    else if (!('slots' in slot)) {
      if (!slot.read(reader, tag, values)) reader.skip(tag & 7)
    } else if ((tag & 7) === 2) {
      const outer = reader.enter()
      readSlots(slot, reader, values)
      reader.leave(outer)
    } else reader.skip(tag & 7)
  }
}

function fieldSlot({ tag, rules }: Field<unknown, boolean>, field: CanonicalField): FieldSlot {
  const { shape, name } = field
  if (shape.form === 'list') return { tag, name, ...listSlot(tag, shape.of, field.position) }
  if (shape.form === 'map') return { tag, name, ...mapSlot(tag, shape, field.position) }
  const codec = later(() => wireOf(field.type))
  const isPointer = rules.explicit === true || (!field.isWritten && isStruct(shape))
  return {
    tag,
    name,
    write: (writer, value) => {
      let given = value
      if (given === undefined) {
        if (isPointer) return
        given = zeroOf(field.type)
        if (given === undefined) return
      }
      const { omitsZero, write, wireType } = codec()
      if (omitsZero && shape.form === 'scalar' && given === shape.zero && !rules.explicit) return
      write(writer, given as never)
      writer.tag(tag, wireType)
    },
    read: (reader, found, values) => {
      if ((found & 7) !== codec().wireType) return false
      values[field.position] = codec().read(reader)
      return true
    },
  }
}
/** A struct in Go: a pointer to it when no rule writes it. */
const isStruct = (shape: Shape) => shape.form === 'struct' || (shape.form === 'scalar' && shape.keepsZero === true)

function listSlot(tag: number, of: Type<unknown>, position: number): Pick<FieldSlot, 'write' | 'read'> {
  const codec = later(() => wireOf(of))
  return {
    write: (writer, value) => {
      const items = (value ?? []) as unknown[]
      const { write, wireType } = codec()
      for (let i = items.length; i-- > 0; ) {
        write(writer, items[i] as never)
        writer.tag(tag, wireType)
      }
    },
    read: (reader, found, values) => {
      const { read, wireType } = codec()
      const items = (values[position] ??= []) as unknown[]
      if ((found & 7) === wireType) items.push(read(reader) ?? zeroInside(of))
      else if ((found & 7) === 2) {
        // Packed numbers: Kubernetes never writes them, but every protobuf reader takes them.
        const outer = reader.enter()
        while (!reader.isAtEnd) items.push(read(reader))
        reader.leave(outer)
      } else return false
      return true
    },
  }
}

const KEY_TAG = 0x0a
function mapSlot(tag: number, { of }: MapShape, position: number): Pick<FieldSlot, 'write' | 'read'> {
  const codec = later(() => wireOf(of))
  return {
    write: (writer, value) => {
      const entries = (value ?? {}) as Record<string, unknown>
      const keys = Object.keys(entries).sort()
      const { write, wireType } = codec()
      for (let i = keys.length; i-- > 0; ) {
        const key = keys[i] as string
        const before = writer.written
        write(writer, entries[key] as never)
        writer.tag(2, wireType)
        stringWire.write(writer, key)
        writer.tag(1, 2)
        writer.varint(writer.written - before)
        writer.tag(tag, 2)
      }
    },
    read: (reader, found, values) => {
      if ((found & 7) !== 2) return false
      const { read, wireType } = codec()
      const outer = reader.enter()
      let key = ''
      let value: unknown
      while (!reader.isAtEnd) {
        const inner = reader.tag()
        if (inner === KEY_TAG) key = reader.string()
        else if (inner === 16 + wireType) value = read(reader)
        else reader.skip(inner & 7)
      }
      reader.leave(outer)
      const entries = (values[position] ??= {}) as Record<string, unknown>
      put(entries, key, value ?? zeroInside(of))
      return true
    },
  }
}
