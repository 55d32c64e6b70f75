/** One object in one state, as bytes and as a value: each is made from the other when it is asked for. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { put } from '#schema/json-value.ts'

/** An object of any kind. */
// `any`: the fields beside the metadata differ from kind to kind
export type AnyObject = { apiVersion: string; kind: string; metadata: ObjectMeta } & Record<string, any>

/** Frozen and shared by the cache, watchers and callers in this process. */
export interface Item {
  readonly key: string
  /** The store's revision of this state; for a deleted object that of its deletion. */
  readonly revision: number
  readonly value: AnyObject
  /** The JSON that goes on the wire. */
  readonly bytes: Uint8Array
  /** How many bytes these are. */
  readonly size: number
}

/**
 * An item as it comes out of the store; whoever has just put it there knows its value. In the long run most items are held in one form only:
 * the value is shared with everybody in this process, and bytes stay with what somebody outside asks for.
 */
export class StoredItem implements Item {
  readonly key: string
  readonly revision: number
  readonly size: number
  #bytes: Uint8Array | undefined
  #value: AnyObject | undefined
  constructor(key: string, revision: number, bytes: Uint8Array, value?: AnyObject) {
    this.key = key
    this.revision = revision
    this.size = bytes.length
    this.#bytes = bytes
    this.#value = value
  }
  get value(): AnyObject {
    if (this.#value === undefined) {
      this.#value = frozen(JSON.parse(DECODER.decode(this.#bytes)) as AnyObject)
      this.#bytes = undefined
    }
    return this.#value
  }
  get bytes(): Uint8Array {
    this.#bytes ??= bytesOf(JSON.stringify(this.#value))
    return this.#bytes
  }
  /** Keeps the value alone, if it is known: nobody is going to be told of this state any more who has not been told. */
  settle(): void {
    if (this.#value !== undefined) this.#bytes = undefined
  }
}
/** An item that was made from a value: an object in another version, or as it was before it ceased to match. */
export class MadeItem implements Item {
  readonly key: string
  readonly revision: number
  readonly value: AnyObject
  #bytes: Uint8Array | undefined
  constructor(key: string, revision: number, value: AnyObject) {
    this.key = key
    this.revision = revision
    this.value = asRead(value)
  }
  get bytes(): Uint8Array {
    this.#bytes ??= Buffer.from(JSON.stringify(this.value))
    return this.#bytes
  }
  get size(): number {
    return this.bytes.length
  }
}
const DECODER = new TextDecoder()
/** In memory of its own: a small piece of Node's pool that stays would keep all that was around it. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/** Freezes a JSON value to its depths. */
export function frozen<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

/** The value as JSON keeps it: without undefined members, frozen. What is frozen is so already, and shared, not copied. */
export function asRead<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  return Object.freeze(Array.isArray(value) ? listAsRead(value) : membersAsRead(value as Record<string, unknown>)) as T
}
/** One for all: a pod has half a dozen of them. */
const EMPTY_LIST: readonly unknown[] = []
const EMPTY_OBJECT = {}
function listAsRead(list: readonly unknown[]): readonly unknown[] {
  if (list.length === 0) return EMPTY_LIST
  const read = list.map(member => (member === undefined ? null : asRead(member)))
  return read.every((member, at) => member === list[at]) ? list : read
}
function membersAsRead(given: Record<string, unknown>): object {
  let read = given
  let hasGaps = false
  let isEmpty = true
  for (const name in given) {
    isEmpty = false
    const member = asRead(given[name])
    hasGaps ||= member === undefined
    if (member === given[name]) continue
    if (read === given) read = { ...given }
    read[name] = member
  }
  if (isEmpty) return EMPTY_OBJECT
  // Not by deletion, which would make every access slow.
  return hasGaps ? withoutGaps(read) : read
}
function withoutGaps(given: Record<string, unknown>): object {
  const whole: Record<string, unknown> = {}
  for (const name in given) if (given[name] !== undefined) put(whole, name, given[name])
  return whole
}

/**
 * The item of an object as a function of its revision, with resourceVersion where upstream writes it: after the uid.
 * Encoding happens once, however often the revision changes.
 */
export function stated(key: string, object: AnyObject): (revision: number) => StoredItem {
  const { apiVersion, kind, metadata, ...fields } = object
  const { name, generateName, namespace, selfLink, uid, resourceVersion: _, ...more } = metadata
  const identity = { name, generateName, namespace, selfLink, uid }
  const first = inner(identity)
  const then = inner(more)
  const rest = inner(fields)
  const head = `{${inner({ kind, apiVersion })},"metadata":{${first}${first && ','}"resourceVersion":"`
  const tail = `"${then && ','}${then}}${rest && ','}${rest}}`
  return revision => {
    const resourceVersion = String(revision)
    const value = asRead({ kind, apiVersion, metadata: { ...identity, resourceVersion, ...more }, ...fields } as AnyObject)
    return new StoredItem(key, revision, bytesOf(head + resourceVersion + tail), value)
  }
}
const inner = (members: object): string => JSON.stringify(members).slice(1, -1)
