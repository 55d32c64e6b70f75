/** Everyone who watches: who hears of a commit, in which order, and when a watch is over. */
import { isWithin } from './keys.ts'
import type { StoreEvent, Watcher, WatchQuery } from './store.ts'

/** One watch. It first catches up with history; once live, it is in its range's group. */
export class Watch {
  readonly query: WatchQuery
  readonly #watcher: Watcher
  #isOver = false
  constructor(query: WatchQuery, watcher: Watcher) {
    this.query = query
    this.#watcher = watcher
  }
  get isOver(): boolean {
    return this.#isOver
  }
  deliver(events: readonly StoreEvent[], revision: number): void {
    try {
      if (events.length && !this.#isOver) this.#watcher.events(events)
      if (!this.#isOver) this.#watcher.progress?.(revision)
    } catch (error) {
      // A fault of the watcher's: it must surface, but neither stop the commit nor keep others from hearing of it.
      this.#isOver = true
      queueMicrotask(() => {
        throw error
      })
    }
  }
  /** The watch ends by itself, and its owner is told. */
  end(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#watcher.ended?.(error)
  }
  /** The owner wants no more of it. */
  cancel(): void {
    this.#isOver = true
  }
}

const NOTHING: readonly StoreEvent[] = []

interface Group {
  readonly start: string
  readonly end: string
  readonly watches: Set<Watch>
}

export class Watchers {
  /** Watches of the same range share the search for their events. */
  readonly #groups = new Map<string, Group>()
  readonly #all = new Set<Watch>()

  add(watch: Watch): void {
    this.#all.add(watch)
  }

  /** From now on the watch hears of every commit; before, it must have heard of all that came until now. */
  goLive(watch: Watch): void {
    const { start, end } = watch.query
    const name = JSON.stringify([start, end])
    const group = this.#groups.get(name) ?? { start, end, watches: new Set() }
    this.#groups.set(name, group)
    group.watches.add(watch)
  }

  remove(watch: Watch): void {
    this.#all.delete(watch)
    const name = JSON.stringify([watch.query.start, watch.query.end])
    const group = this.#groups.get(name)
    group?.watches.delete(watch)
    if (group?.watches.size === 0) this.#groups.delete(name)
  }

  /** Tells all live watches of one commit. */
  publish(events: readonly StoreEvent[], revision: number): void {
    for (const { start, end, watches } of this.#groups.values()) {
      // Most ranges have no part in a commit.
      const found = events.some(event => isWithin(event.key, start, end))
        ? events.filter(event => isWithin(event.key, start, end))
        : NOTHING
      for (const watch of watches) {
        const { from } = watch.query
        watch.deliver(found[0] && found[0].revision < from ? found.filter(event => event.revision >= from) : found, revision)
        if (watch.isOver) this.remove(watch)
      }
    }
  }

  /** Ends every watch. */
  close(): void {
    for (const watch of this.#all) watch.end()
    this.#all.clear()
    this.#groups.clear()
  }
}
