/** A local copy of all objects of a kind, kept up to date by list and watch. */
import { backoffMs } from '#base/backoff.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { KindClass } from '#kinds/declare.ts'
import { isRefusal, Refusal } from '#kinds/meta/refusal.ts'
import type { Client, ListOptions, Ref } from './transport.ts'

/** What happened to one object. `before` is absent when it is new here, `after` when it is gone. */
export interface Change<T> {
  readonly before?: T
  readonly after?: T
}
export interface MirrorOptions<T> extends Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> {
  readonly clock: Clock
  /** Names under which objects can be looked up by what they contain. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>
  /** Told when a list or watch fails; the mirror tries again by itself. */
  readonly failed?: (error: unknown) => void
}
interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion: string; readonly uid: string }
}
/** Retry after a failed list or watch: quick at first, so that a restart of the server is hardly felt. */
const RETRY = { firstMs: 50, maxMs: 10_000 }
/** The index that every mirror has. */
const NAMESPACE = 'namespace'
export const keyOf = ({ namespace, name }: Ref): string => (namespace ? `${namespace}/${name}` : name)
export function refOf(key: string): Ref {
  const slash = key.indexOf('/')
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

export class Mirror<T> implements AsyncDisposable {
  readonly kind: KindClass<T>
  /** Resolves when the first list is here. */
  readonly ready: Promise<void>
  readonly #client: Client
  readonly #options: MirrorOptions<T>
  readonly #objects = new Map<string, T & Item>()
  readonly #indexes = new Map<string, (object: T) => readonly string[]>()
  /** By index and value: the objects by key, so that those of an index are at hand without a look-up of each. */
  readonly #indexed = new Map<string, Map<string, Map<string, T>>>()
  /** UIDs by key of what this process deleted and the watch still has to tell of. */
  readonly #forgotten = new Map<string, string>()
  /** Everything up to here has been told by the list or the watch. */
  #told = 0
  readonly #listeners = new Set<(change: Change<T>) => void>()
  readonly #stop = new AbortController()
  readonly #run: Promise<void>
  #becomeReady: () => void = () => undefined
  #isReady = false

  constructor(client: Client, kind: KindClass<T>, options: MirrorOptions<T>) {
    this.#client = client
    this.kind = kind
    this.#options = options
    this.addIndex(NAMESPACE, object => [(object as T & Item).metadata.namespace ?? ''])
    for (const [name, read] of Object.entries(options.indexes ?? {})) this.addIndex(name, read)
    this.ready = new Promise(resolve => (this.#becomeReady = resolve))
    this.#run = this.#follow()
  }

  get isReady(): boolean {
    return this.#isReady
  }
  get(ref: Ref): T | undefined {
    return this.#objects.get(keyOf(ref))
  }
  list(namespace?: string): readonly T[] {
    return namespace === undefined ? [...this.#objects.values()] : this.by(NAMESPACE, namespace)
  }
  /** Files all objects, present and future, under what `read` finds in them. An index of that name that is there already stays. */
  addIndex(name: string, read: (object: T) => readonly string[]): void {
    if (this.#indexes.has(name)) return
    this.#indexes.set(name, read)
    this.#indexed.set(name, new Map())
    for (const [key, object] of this.#objects) this.#fileUnder(name, read(object), key, object)
  }
  /** The objects that the named index files under `value`. */
  by(index: string, value: string): readonly T[] {
    const objects = this.#indexed.get(index)?.get(value)
    return objects ? [...objects.values()] : []
  }
  /** How many these are. */
  countBy(index: string, value: string): number {
    return this.#indexed.get(index)?.get(value)?.size ?? 0
  }
  /** Calls back on each change; objects that are already here are told at once as new. */
  onChange(listener: (change: Change<T>) => void): Disposable {
    this.#listeners.add(listener)
    for (const after of this.#objects.values()) listener({ after })
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
  /** Puts in what this process itself has just written, so that it never decides on something older than its own writes. */
  learn(object: T): void {
    const item = object as T & Item
    const known = this.#objects.get(keyOf(item.metadata))
    // What the watch has passed and is not here was deleted by someone else before this process heard of its own write.
    const isOld = Number(item.metadata.resourceVersion) <= (known ? Number(known.metadata.resourceVersion) : this.#told)
    if (!isOld) this.#put(item)
  }
  /** Takes out what this process itself has just deleted; what the watch still tells of it is not heard. */
  forget(object: T): void {
    const { metadata } = object as T & Item
    const key = keyOf(metadata)
    const known = this.#objects.get(key)
    if (known?.metadata.uid !== metadata.uid) return
    this.#forgotten.set(key, metadata.uid)
    this.#remove(known)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#run
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop
    let failures = 0
    let from: string | undefined
    while (!signal.aborted) {
      try {
        from ??= await this.#relist()
        let isEmpty = true
        for await (const version of this.#watch(from)) {
          from = version
          failures = 0
          isEmpty = false
        }
        // A server that ends watches at once must not be asked without pause.
        if (isEmpty) await wait(this.#options.clock, RETRY.firstMs, signal)
      } catch (error) {
        if (signal.aborted) return
        if (isRefusal(error, 'Expired') || isRefusal(error, 'Gone')) from = undefined
        else {
          this.#options.failed?.(error)
          await wait(this.#options.clock, backoffMs(failures++, RETRY), signal)
        }
      }
    }
  }

  async #relist(): Promise<string> {
    const { namespace, labelSelector, fieldSelector } = this.#options
    const { items, metadata } = await this.#client.list(this.kind, { namespace, labelSelector, fieldSelector, resourceVersion: '0' })
    const seen = new Set<string>()
    for (const item of items as readonly (T & Item)[]) {
      seen.add(keyOf(item.metadata))
      this.#put(item)
    }
    for (const [key, object] of this.#objects) if (!seen.has(key)) this.#remove(object)
    this.#forgotten.clear()
    this.#told = Number(metadata.resourceVersion)
    this.#isReady = true
    this.#becomeReady()
    return metadata.resourceVersion
  }

  async *#watch(from: string): AsyncGenerator<string> {
    const { namespace, labelSelector, fieldSelector } = this.#options
    const { signal } = this.#stop
    const events = this.#client.watch(this.kind, {
      namespace,
      labelSelector,
      fieldSelector,
      resourceVersion: from,
      allowBookmarks: true,
      signal,
    })
    for await (const { type, object } of events) {
      if (type === 'ERROR') throw Refusal.from(object as object)
      const item = object as T & Item
      this.#told = Number(item.metadata.resourceVersion)
      if (type === 'DELETED') this.#end(item)
      else if (type !== 'BOOKMARK' && this.#forgotten.get(keyOf(item.metadata)) !== item.metadata.uid) this.#put(item)
      yield item.metadata.resourceVersion
    }
  }

  #put(after: T & Item): void {
    const key = keyOf(after.metadata)
    const before = this.#objects.get(key)
    if (
      before &&
      before.metadata.uid === after.metadata.uid &&
      Number(before.metadata.resourceVersion) >= Number(after.metadata.resourceVersion)
    )
      return
    this.#objects.set(key, after)
    this.#index(key, before, after)
    this.#tell(before && before.metadata.uid !== after.metadata.uid ? [{ before }, { after }] : [{ before, after }])
  }
  #end(gone: T & Item): void {
    const key = keyOf(gone.metadata)
    if (this.#forgotten.get(key) === gone.metadata.uid) this.#forgotten.delete(key)
    this.#remove(gone)
  }
  #remove(gone: T & Item): void {
    const key = keyOf(gone.metadata)
    const before = this.#objects.get(key)
    if (
      !before ||
      (before.metadata.uid !== gone.metadata.uid && Number(before.metadata.resourceVersion) > Number(gone.metadata.resourceVersion))
    )
      return
    this.#objects.delete(key)
    this.#index(key, before, undefined)
    this.#tell([{ before: gone }])
  }
  #tell(changes: readonly Change<T>[]): void {
    for (const change of changes) for (const listener of this.#listeners) listener(change)
  }
  /** Most changes leave an object where it is in every index. */
  #index(key: string, before: T | undefined, after: T | undefined): void {
    for (const [name, read] of this.#indexes) {
      const values = after === undefined ? [] : read(after)
      if (before !== undefined) for (const value of read(before)) if (!values.includes(value)) this.#takeFrom(name, value, key)
      if (after !== undefined) this.#fileUnder(name, values, key, after)
    }
  }
  #fileUnder(name: string, values: readonly string[], key: string, object: T): void {
    const entries = this.#indexed.get(name) as Map<string, Map<string, T>>
    for (const value of values) {
      const objects = entries.get(value)
      if (objects) objects.set(key, object)
      else entries.set(value, new Map([[key, object]]))
    }
  }
  #takeFrom(name: string, value: string, key: string): void {
    const entries = this.#indexed.get(name) as Map<string, Map<string, T>>
    const objects = entries.get(value)
    objects?.delete(key)
    if (objects?.size === 0) entries.delete(value)
  }
}
