/** One object in one state, as bytes and as a value: each is made from the other when it is first asked for, and never again. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'

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
}

/** An item as it comes out of the store. */
export class StoredItem implements Item {
  readonly key: string
  readonly revision: number
  readonly bytes: Uint8Array
  #value: AnyObject | undefined
  constructor(key: string, revision: number, bytes: Uint8Array) {
    this.key = key
    this.revision = revision
    this.bytes = bytes
  }
  get value(): AnyObject {
    this.#value ??= frozen(JSON.parse(DECODER.decode(this.bytes)) as AnyObject)
    return this.#value
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
    this.value = frozen(value)
  }
  get bytes(): Uint8Array {
    this.#bytes ??= Buffer.from(JSON.stringify(this.value))
    return this.#bytes
  }
}
const DECODER = new TextDecoder()

/** Freezes a JSON value to its depths. */
export function frozen<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

/**
 * The JSON of an object as a function of its resourceVersion, which stands where upstream writes it: after the uid.
 * Encoding happens once, however often the revision changes.
 */
export function encoded(object: AnyObject): (resourceVersion: string) => Uint8Array {
  const { apiVersion, kind, metadata, ...fields } = object
  const { name, generateName, namespace, selfLink, uid, resourceVersion: _, ...more } = metadata
  const first = inner({ name, generateName, namespace, selfLink, uid })
  const then = inner(more)
  const rest = inner(fields)
  const head = `{${inner({ kind, apiVersion })},"metadata":{${first}${first && ','}"resourceVersion":"`
  const tail = `"${then && ','}${then}}${rest && ','}${rest}}`
  return resourceVersion => Buffer.from(head + resourceVersion + tail)
}
const inner = (members: object): string => JSON.stringify(members).slice(1, -1)
