/** Objects, lists and events as bytes in a representation, JSON as whole lines. What several clients get is encoded once. */
import { formatYaml } from '#base/yaml.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { ListMeta } from '#kinds/meta/list-meta.ts'
import { PartialObjectMetadata } from '#kinds/meta/partial-object-metadata.ts'
import { Status } from '#kinds/meta/status.ts'
import { encodeProtobuf } from '#schema/protobuf.ts'
import { encodeEnvelope, encodeListMessage, encodeWatchFrame } from '#schema/protobuf-envelope.ts'
import { table } from '#schema/table.ts'
import type { Item } from '../resources/item.ts'
import type { Resource } from '../resources/resource.ts'
import type { ListResult, ValueResult, WatchedEvent } from '../result.ts'
import { JSON_TYPE, PROTOBUF_TYPE } from './content-type.ts'
import { Joined } from './joined.ts'
import type { Representation } from './negotiate.ts'

export interface Telling {
  readonly representation: Representation
  /** Milliseconds since the epoch; ages in tables count up to it. */
  readonly nowMs: number
  /** Whether this watcher has been told something before. */
  readonly isContinued?: boolean
}
type Bytes = Uint8Array

/** Watchers hear of a change at about the same time, and lists are read again soon; whoever comes later has it encoded anew. So that not every object is held twice. */
const MEMO_MAX_BYTES = 8 * 1024 * 1024
/** The oldest first. */
const memo = new Map<Item, Map<string, Bytes>>()
let memoBytes = 0
function once(item: Item, key: string, make: () => Bytes): Bytes {
  let known = memo.get(item)
  let bytes = known?.get(key)
  if (bytes) return bytes
  bytes = make()
  if (!known) memo.set(item, (known = new Map()))
  known.set(key, bytes)
  memoBytes += bytes.length
  for (const [oldest, encodings] of memo) {
    if (memoBytes <= MEMO_MAX_BYTES) break
    memo.delete(oldest)
    for (const { length } of encodings.values()) memoBytes -= length
  }
  return bytes
}
const keyOf = ({ media, as, version }: Representation) => `${media} ${as ?? ''} ${as ? version : ''}`

export function encodeObject(item: Item, resource: Resource, { representation, nowMs }: Telling): Bytes {
  const { media, as, isPretty } = representation
  if (media === JSON_TYPE && !as) return isPretty ? plain(item.value, representation) : Buffer.concat([item.bytes, END_OF_LINE])
  if (media === PROTOBUF_TYPE) return once(item, keyOf(representation), () => protobufObject(item, resource, representation))
  return plain(transformed(item, resource, { representation, nowMs }), representation)
}

export function encodeList(result: ListResult, { representation, nowMs }: Telling): Bytes | Joined {
  const { media, as, isPretty } = representation
  const { kind } = result.resource
  if (media === JSON_TYPE && !as && !isPretty) return joined(result)
  if (media === PROTOBUF_TYPE) return protobufList(result, representation)
  const values = result.items.map(({ value }) => value)
  if (as === 'Table')
    return plain(
      {
        ...table(kind, values, { ...tableOptions(representation, nowMs), metadata: result.metadata }),
        apiVersion: `meta.k8s.io/${representation.version}`,
      },
      representation,
    )
  const list = as
    ? {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${representation.version}`,
        items: values.map(({ metadata }) => partial(metadata, representation)),
      }
    : { kind: `${kind.name}List`, apiVersion: kind.apiVersion, items: result.resource.isCustom ? values : values.map(withoutType) }
  return plain({ kind: list.kind, apiVersion: list.apiVersion, metadata: result.metadata, items: list.items }, representation)
}

/** One event of a watch: a line of JSON, or a frame of protobuf. */
export function encodeEvent({ type, item }: WatchedEvent, resource: Resource, telling: Telling): Bytes {
  const { representation } = telling
  const make = () => {
    if (representation.media === PROTOBUF_TYPE)
      return encodeWatchFrame(type, type === 'ERROR' ? protobufValue(item.value, Status) : protobufObject(item, resource, representation))
    const isAsItIs = type === 'ERROR' || !representation.as
    const object = isAsItIs ? item.bytes : Buffer.from(JSON.stringify(transformed(item, resource, telling)))
    return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, END_OF_EVENT])
  }
  // A row tells the age at this moment, the first one the columns as well.
  return representation.as === 'Table' ? make() : once(item, `${type} ${keyOf(representation)}`, make)
}
const END_OF_EVENT = Buffer.from('}\n')
const END_OF_LINE = Buffer.from('\n')

/** An object that no resource stores. Without a kind, or a Status, it has no protobuf form and is told as JSON. */
export function encodeValue(
  { value, kind }: ValueResult,
  representation: Representation,
): { readonly bytes: Bytes; readonly media: string } {
  const type = kind ?? ('kind' in value && value.kind === 'Status' ? Status : undefined)
  if (representation.media === PROTOBUF_TYPE && type) return { bytes: protobufValue(value as never, type), media: PROTOBUF_TYPE }
  const media = representation.media === PROTOBUF_TYPE ? JSON_TYPE : representation.media
  return { bytes: plain(value, { ...representation, media }), media }
}

function plain(value: object, { media, isPretty }: Representation): Bytes {
  if (media === JSON_TYPE) return Buffer.from(`${JSON.stringify(value, null, isPretty ? 2 : undefined)}\n`)
  return Buffer.from(formatYaml(value))
}
/** What a list is of stands on the list; only those of custom resources repeat it. */
const withoutType = (value: Item['value']) => ({ ...value, kind: undefined, apiVersion: undefined })
/** The bytes of the items, as they are stored but for their type, between those of the list. */
function joined({ resource, metadata, items }: ListResult): Joined {
  const { name, apiVersion } = resource.kind
  const type = resource.isCustom ? undefined : Buffer.from(`{"kind":"${name}","apiVersion":"${apiVersion}",`)
  const parts: Bytes[] = [
    Buffer.from(`{"kind":"${name}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`),
  ]
  for (const { bytes } of items) {
    const isFirst = parts.length === 1
    if (type && begins(bytes, type)) parts.push(isFirst ? FIRST_OBJECT : NEXT_OBJECT, bytes.subarray(type.length))
    else if (isFirst) parts.push(bytes)
    else parts.push(COMMA, bytes)
  }
  parts.push(END_OF_LIST)
  return new Joined(parts)
}
const COMMA = Buffer.from(',')
const FIRST_OBJECT = Buffer.from('{')
const NEXT_OBJECT = Buffer.from(',{')
const END_OF_LIST = Buffer.from(']}\n')
const begins = (bytes: Bytes, head: Buffer) => head.compare(bytes, 0, Math.min(head.length, bytes.length)) === 0

const tableOptions = ({ includeObject }: Representation, now: number) => ({ now, includeObject })
const partial = (metadata: object, { version }: Representation) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
})
function transformed({ value }: Item, { kind }: Resource, { representation, nowMs, isContinued }: Telling): object {
  const { as, version } = representation
  if (!as) return value
  if (as === 'PartialObjectMetadata') return partial(value.metadata, representation)
  const { resourceVersion = '' } = value.metadata
  return {
    ...table(kind, [value], { ...tableOptions(representation, nowMs), isContinued, metadata: { resourceVersion } }),
    apiVersion: `meta.k8s.io/${version}`,
  }
}

function protobufObject({ value }: Item, { kind }: Resource, { as, version }: Representation): Bytes {
  if (!as) return encodeEnvelope({ apiVersion: kind.apiVersion, kind: kind.name, raw: encodeProtobuf(kind as never, value as never) })
  const raw = encodeProtobuf(PartialObjectMetadata, { metadata: value.metadata })
  return encodeEnvelope({ apiVersion: `meta.k8s.io/${version}`, kind: 'PartialObjectMetadata', raw })
}
const protobufValue = (value: { apiVersion: string; kind: string }, type: AnyKind | typeof Status): Bytes =>
  encodeEnvelope({ apiVersion: value.apiVersion, kind: value.kind, raw: encodeProtobuf(type as never, value as never) })

function protobufList({ resource, metadata, items }: ListResult, representation: Representation): Bytes {
  const { kind } = resource
  const message = (item: Item) =>
    once(item, `${keyOf(representation)} message`, () =>
      representation.as
        ? encodeProtobuf(PartialObjectMetadata, { metadata: item.value.metadata })
        : encodeProtobuf(kind as never, item.value as never),
    )
  const raw = encodeListMessage(encodeProtobuf(ListMeta, metadata), items.map(message))
  return representation.as
    ? encodeEnvelope({ apiVersion: `meta.k8s.io/${representation.version}`, kind: 'PartialObjectMetadataList', raw })
    : encodeEnvelope({ apiVersion: kind.apiVersion, kind: `${kind.name}List`, raw })
}
