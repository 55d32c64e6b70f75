/** The watch cache of one stored kind: all its objects in the order of their keys, what changed lately, and who wants to hear of changes. */
import { type Clock, wait } from '#base/clock.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { Compacted, prefixEnd, type Store, type StoreEvent } from '#store/store.ts'
import { Expected, type Writing } from './expected.ts'
import { type Item, StoredItem } from './item.ts'

/** One change of one object. `item` is the new state; of a deleted object the last one, with the revision of its deletion. */
export interface Change {
  readonly revision: number
  readonly item: StoredItem
  readonly previous: StoredItem | undefined
  readonly isDeletion: boolean
}
export interface Listener {
  changed(change: Change): void
  /** The cache lost the store and starts afresh; changes may have been missed. */
  ended(): void
}
/** Recent changes kept per kind; a watch that begins earlier reads the store's history. So that reconnecting watchers cost nothing. */
const RECENT_MAX = 1_000
/** So that large objects which change often do not fill the memory with their past. */
const RECENT_MAX_BYTES = 8 * 1024 * 1024
/** How long a read waits for a revision that has not been reached: upstream's blockTimeout of the watch cache. */
const FRESHNESS_WAIT_MS = 3_000

export class Cache {
  readonly prefix: string
  readonly #store: Store
  readonly #clock: Clock
  #items = new Map<string, StoredItem>()
  readonly #expected = new Expected()
  /** All keys, sorted; so that ranges and pages need no sorting. */
  #keys: string[] = []
  #recent: Change[] = []
  #recentBytes = 0
  /** Every change after this revision is in #recent. */
  #recentAfter = 0
  #revision = 0
  #changedAt = 0
  #listeners = new Set<Listener>()
  #waiting = new Set<{ readonly revision: number; readonly resolve: () => void }>()
  #started: Promise<void> | undefined
  #isFilled = false
  #watch: Disposable | undefined

  constructor(store: Store, clock: Clock, prefix: string) {
    this.prefix = prefix
    this.#store = store
    this.#clock = clock
  }

  /** The state of the cache: every change up to this revision is in it. */
  get revision(): number {
    return this.#revision
  }
  /** The newest change in the cache: from there up to `revision` the objects are the same. */
  get changedAt(): number {
    return this.#changedAt
  }
  /** How many keys begin with `prefix`, from `start` on. */
  count(prefix: string, start = prefix): number {
    return position(this.#keys, prefixEnd(prefix)) - position(this.#keys, start)
  }
  get(key: string): Item | undefined {
    return this.#items.get(key)
  }
  /** Items whose keys begin with `prefix`, from `start` on, in the order of their keys. */
  *range(prefix: string, start = prefix): Generator<Item, void> {
    for (let at = position(this.#keys, start); at < this.#keys.length; at++) {
      const key = this.#keys[at] as string
      if (!key.startsWith(prefix)) return
      yield this.#items.get(key) as Item
    }
  }

  /** Says that something is going to be written, so that its item is shared. */
  expect(key: string): Writing {
    return this.#expected.begin(key)
  }

  /** Resolves when the cache is filled. */
  start(): Promise<void> {
    this.#started ??= this.#fill().catch(error => {
      this.#started = undefined
      this.#isFilled = false
      throw error
    })
    return this.#started
  }
  /** Resolves when everything up to `revision` is in the cache. Throws Timeout as upstream does when that takes too long. */
  async reached(revision: number): Promise<void> {
    await this.start()
    if (this.#revision >= revision) return
    const cancel = new AbortController()
    const waiter = { revision, resolve: () => cancel.abort() }
    this.#waiting.add(waiter)
    await wait(this.#clock, FRESHNESS_WAIT_MS, cancel.signal)
    this.#waiting.delete(waiter)
    if (this.#revision < revision) throw refuse.futureRevision(revision, this.#revision)
  }
  /** Whether every write that is durable now is in the cache. */
  get isFresh(): boolean {
    return this.#isFilled && this.#revision >= this.#store.revision
  }
  /** Resolves when the cache holds every write that was durable when this was called. */
  async fresh(): Promise<void> {
    await this.reached(this.#store.revision)
  }

  /**
   * Tells of every change after `revision`, first the past ones, and no change twice; dispose to end it.
   * Throws Expired when history does not reach back so far.
   */
  async follow(revision: number, listener: Listener): Promise<Disposable> {
    await this.start()
    let told = revision
    const tell = (change: Change) => {
      if (change.revision <= told) return
      told = change.revision
      listener.changed(change)
    }
    // Again, should the recent changes have moved on meanwhile.
    while (told < this.#recentAfter) {
      const until = this.#revision
      for (const change of await this.#history(told, until)) tell(change)
      told = Math.max(told, until)
    }
    // From here on nothing may be awaited: between the past and the present no change must slip through.
    for (const change of this.#recent) tell(change)
    const own: Listener = { changed: tell, ended: () => listener.ended() }
    this.#listeners.add(own)
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) }
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]()
    this.#end()
  }

  async #fill(): Promise<void> {
    const end = prefixEnd(this.prefix)
    const { entries, revision } = await this.#store.range({ start: this.prefix, end })
    this.#items = new Map(entries.map(entry => [entry.key, new StoredItem(entry.key, entry.revision, entry.value)]))
    this.#keys = entries.map(entry => entry.key)
    this.#recent = []
    this.#recentBytes = 0
    this.#recentAfter = revision
    this.#revision = revision
    this.#changedAt = revision
    this.#isFilled = true
    this.#watch = await this.#store.watch(
      { start: this.prefix, end, from: revision + 1 },
      { events: events => this.#take(events), progress: at => this.#progress(at), ended: () => this.#end() },
    )
  }

  #take(events: readonly StoreEvent[]): void {
    for (const event of events) {
      const change = this.#apply(event)
      this.#recent.push(change)
      this.#recentBytes += change.item.size
      // Now and then half of it, so that not every change moves all others.
      if (this.#recent.length > RECENT_MAX * 2 || this.#recentBytes > RECENT_MAX_BYTES * 2) this.#dropOld()
      this.#revision = change.revision
      this.#changedAt = change.revision
      for (const listener of this.#listeners) listener.changed(change)
    }
    this.#wake()
  }

  #dropOld(): void {
    let kept = this.#recent.length
    let bytes = 0
    while (kept > 0 && this.#recent.length - kept < RECENT_MAX) {
      const { size } = (this.#recent[kept - 1] as Change).item
      if (bytes + size > RECENT_MAX_BYTES) break
      bytes += size
      kept--
    }
    const dropped = this.#recent.splice(0, kept)
    for (const { item } of dropped) item.settle()
    this.#recentBytes = bytes
    this.#recentAfter = dropped.at(-1)?.revision ?? this.#recentAfter
  }

  #apply(event: StoreEvent): Change {
    const { key, revision } = event
    const previous = this.#items.get(key)
    previous?.settle()
    const item = this.#expected.find(event.value, revision) ?? new StoredItem(key, revision, event.value)
    if (event.type === 'delete') {
      this.#items.delete(key)
      const at = position(this.#keys, key)
      if (this.#keys[at] === key) this.#keys.splice(at, 1)
      return { revision, item, previous, isDeletion: true }
    }
    this.#items.set(key, item)
    if (!previous) this.#keys.splice(position(this.#keys, key), 0, key)
    return { revision, item, previous, isDeletion: false }
  }

  #progress(revision: number): void {
    if (revision <= this.#revision) return
    this.#revision = revision
    this.#wake()
  }
  #wake(): void {
    if (this.#waiting.size === 0) return
    for (const waiter of this.#waiting) {
      if (waiter.revision > this.#revision) continue
      this.#waiting.delete(waiter)
      waiter.resolve()
    }
  }
  #end(): void {
    this.#started = undefined
    this.#isFilled = false
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener.ended()
  }

  /** The changes after `revision` and up to `until`, or somewhat beyond, from the store. */
  async #history(revision: number, until: number): Promise<readonly Change[]> {
    const changes: Change[] = []
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const events = (batch: readonly StoreEvent[]) => {
      for (const { key, revision: at, value, previous, type } of batch) {
        const item = new StoredItem(key, at, value)
        const before = previous && new StoredItem(key, previous.revision, previous.value)
        changes.push({ revision: at, item, previous: before, isDeletion: type === 'delete' })
        if (at >= until) resolve()
      }
    }
    const progress = (at: number) => {
      if (at >= until) resolve()
    }
    try {
      using _watch = await this.#store.watch(
        { start: this.prefix, end: prefixEnd(this.prefix), from: revision + 1 },
        { events, progress, ended: error => reject(refuse.expired(`too old resource version: ${revision} (${until})`, error)) },
      )
      await promise
    } catch (error) {
      if (error instanceof Compacted) throw refuse.expired(`too old resource version: ${revision} (${error.compacted})`, error)
      throw error
    }
    return changes
  }
}

/** Where `key` stands among sorted keys, or where it belongs. */
function position(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}
