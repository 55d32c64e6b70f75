/** What stands around protobuf messages on the wire: the envelope with the kind, lists, and watch events. */
import { ProtobufError, ProtobufReader, ProtobufWriter } from '#base/protobuf.ts'

/** `k8s` and NUL. Upstream: apimachinery, runtime/serializer/protobuf. */
const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00)

export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  /** The message, or what `contentType` says. */
  readonly raw: Uint8Array
  readonly contentType: string
}

/** The four magic bytes and runtime.Unknown around a message. */
export function encodeEnvelope({ apiVersion, kind, raw }: Omit<Envelope, 'contentType'>): Uint8Array {
  const writer = new ProtobufWriter(raw.length + apiVersion.length + kind.length + 32)
  writer.string('')
  writer.tag(4, 2)
  writer.string('')
  writer.tag(3, 2)
  writer.bytes(raw)
  writer.tag(2, 2)
  const before = writer.written
  writer.string(kind)
  writer.tag(2, 2)
  writer.string(apiVersion)
  writer.tag(1, 2)
  writer.varint(writer.written - before)
  writer.tag(1, 2)
  writer.raw(MAGIC)
  return writer.finish()
}

/** Whether bytes begin as an envelope does. */
export const isEnvelope = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte)

/** Opens an envelope; `raw` is a view on the given bytes. Throws ProtobufError. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  if (!isEnvelope(bytes)) throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  const reader = new ProtobufReader(bytes.subarray(MAGIC.length))
  const opened = { apiVersion: '', kind: '', raw: new Uint8Array(), contentType: '' }
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === 0x0a) readTypeMeta(reader, opened)
    else if (tag === 0x12) opened.raw = reader.bytes() as Uint8Array<ArrayBuffer>
    else if (tag === 0x22) opened.contentType = reader.string()
    else reader.skip(tag & 7)
  }
  return opened
}
function readTypeMeta(reader: ProtobufReader, opened: { apiVersion: string; kind: string }): void {
  const outer = reader.enter()
  while (!reader.isAtEnd) {
    const tag = reader.tag()
    if (tag === 0x0a) opened.apiVersion = reader.string()
    else if (tag === 0x12) opened.kind = reader.string()
    else reader.skip(tag & 7)
  }
  reader.leave(outer)
}

/** The message of any `<Kind>List`, from the messages of its metadata and its items. */
export function encodeListMessage(metadata: Uint8Array, items: readonly Uint8Array[]): Uint8Array {
  const writer = new ProtobufWriter(items.reduce((sum, item) => sum + item.length + 6, metadata.length + 6))
  for (let i = items.length; i-- > 0; ) {
    writer.bytes(items[i] as Uint8Array)
    writer.tag(2, 2)
  }
  writer.bytes(metadata)
  writer.tag(1, 2)
  return writer.finish()
}

/** A frame of a watch stream: four bytes of length, big-endian, and a bare metav1.WatchEvent around the object in its envelope. */
export function encodeWatchFrame(type: string, envelope: Uint8Array): Uint8Array {
  const writer = new ProtobufWriter(envelope.length + type.length + 32)
  const start = writer.written
  writer.bytes(envelope)
  writer.tag(1, 2)
  writer.varint(writer.written - start)
  writer.tag(2, 2)
  writer.string(type)
  writer.tag(1, 2)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, writer.written)
  writer.raw(length)
  return writer.finish()
}
