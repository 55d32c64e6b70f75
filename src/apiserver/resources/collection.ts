/** All objects of one stored kind: under which keys they stand, and how one is read and written. */
import type { Clock } from '#base/clock.ts'
import { prefixEnd, type Store } from '#store/store.ts'
import { Cache } from './cache.ts'
import { type AnyObject, type Item, stated, StoredItem } from './item.ts'

export interface Snapshot {
  readonly items: readonly Item[]
  readonly revision: number
  readonly remaining: number
}

export class Collection {
  readonly cache: Cache
  readonly isNamespaced: boolean
  readonly #store: Store

  constructor(store: Store, clock: Clock, of: { readonly group: string; readonly plural: string; readonly isNamespaced: boolean }) {
    this.#store = store
    this.isNamespaced = of.isNamespaced
    this.cache = new Cache(store, clock, `/registry/${of.group || 'core'}/${of.plural}/`)
  }

  /** States before this revision are forgotten. */
  get compacted(): number {
    return this.#store.compacted
  }
  /** With a name the key of one object, without one the prefix of a namespace or of all. */
  key(namespace: string, name = ''): string {
    return this.cache.prefix + (this.isNamespaced && namespace ? `${namespace}/` : '') + name
  }
  /** As fresh as the last durable write. */
  async get(namespace: string, name: string): Promise<Item | undefined> {
    if (!this.cache.isFresh) await this.cache.fresh()
    return this.cache.get(this.key(namespace, name))
  }
  /** Of one namespace, or of all when it is ''. As fresh as the last durable write. */
  async list(namespace: string): Promise<readonly Item[]> {
    if (!this.cache.isFresh) await this.cache.fresh()
    return [...this.cache.range(this.key(namespace))]
  }
  /** The objects as they were at a revision. Throws Compacted or FutureRevision. */
  async snapshot(query: {
    readonly namespace: string
    readonly start: string
    readonly at?: number
    readonly limit?: number
  }): Promise<Snapshot> {
    const { entries, revision, remaining } = await this.#store.range({
      start: query.start,
      end: prefixEnd(this.key(query.namespace)),
      ...(query.at !== undefined && { at: query.at }),
      ...(query.limit !== undefined && { limit: query.limit }),
    })
    return { items: entries.map(entry => new StoredItem(entry.key, entry.revision, entry.value)), revision, remaining }
  }

  /** Resolves when the object is durable. `expected`: the revision of what it replaces, 0 for nothing. Throws Mismatch. */
  async put(object: AnyObject, expected: number): Promise<Item> {
    const key = this.key(object.metadata.namespace ?? '', object.metadata.name ?? '')
    const state = stated(key, object)
    using writing = this.cache.expect(key)
    await this.#store.put(key, revision => writing.as(state(revision)).bytes, { expected })
    return writing.item
  }
  /** Resolves with the last state when the deletion is durable. Watchers see `last` with the deletion's revision. Throws Mismatch. */
  async delete(last: Item): Promise<void> {
    const state = stated(last.key, last.value)
    using writing = this.cache.expect(last.key)
    await this.#store.delete(last.key, { expected: last.revision, last: revision => writing.as(state(revision)).bytes })
  }
}
