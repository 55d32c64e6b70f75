/** The events of one watch, in a queue between the cache and a client that reads at its own pace. */
import type { WatchedEvent } from '../result.ts'

/** So that one slow watcher cannot hold the server's memory: with so many unread events it is cut off, and begins again. */
const BACKLOG_MAX = 1_000
/** The same for large objects: a thousand usual ones have less. */
const BACKLOG_MAX_BYTES = 8 * 1024 * 1024

/** What has come up meanwhile is handed out together, so that a server that lags behind catches up; but no more than what is written in one go. */
const BATCH_BYTES = 64 * 1024

/** Gives its events in batches, none of them empty. */
export class Feed implements AsyncIterable<readonly WatchedEvent[]> {
  #queue: WatchedEvent[] = []
  #read = 0
  #isOver = false
  /** Where in the queue the backlog begins: what was told of the past does not count. */
  #countedFrom = Infinity
  #countedBytes = 0
  #isDoubted = false
  #wake: (() => void) | undefined
  readonly #closed: () => void

  /** `closed` is called once, when nobody reads any more or the feed is over. */
  constructor(closed: () => void) {
    this.#closed = closed
  }
  get isOver(): boolean {
    return this.#isOver
  }
  /** From now on the backlog counts; before, the past is told, however much that is. */
  bound(): void {
    this.#countedFrom = this.#queue.length
  }
  push(event: WatchedEvent): void {
    if (this.#isOver) return
    this.#queue.push(event)
    if (this.#countedFrom !== Infinity) this.#countedBytes += event.item.size
    if (this.#isBehind && !this.#isDoubted) this.#doubt()
    this.#wake?.()
  }
  /** Ends after what is queued has been read. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#closed()
    this.#wake?.()
  }
  /** Ends now; what is queued is forgotten. */
  cut(): void {
    this.#queue = []
    this.#read = 0
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly WatchedEvent[], void> {
    try {
      for (;;) {
        while (this.#read < this.#queue.length) yield this.#take()
        this.#queue = []
        this.#read = 0
        if (this.#countedFrom !== Infinity) this.#countedFrom = 0
        this.#countedBytes = 0
        if (this.#isOver) return
        await new Promise<void>(resolve => (this.#wake = resolve))
        this.#wake = undefined
      }
    } finally {
      this.cut()
    }
  }

  get #isBehind(): boolean {
    return this.#queue.length - Math.max(this.#read, this.#countedFrom) > BACKLOG_MAX || this.#countedBytes > BACKLOG_MAX_BYTES
  }
  /** One commit may bring more than a backlog: only who does not read it when it is its turn is slow. */
  #doubt(): void {
    this.#isDoubted = true
    setImmediate(() => {
      this.#isDoubted = false
      if (this.#isBehind) this.cut()
    })
  }

  #take(): readonly WatchedEvent[] {
    const begin = this.#read
    for (let bytes = 0; this.#read < this.#queue.length && bytes < BATCH_BYTES; this.#read++) {
      const { size } = (this.#queue[this.#read] as WatchedEvent).item
      if (this.#read >= this.#countedFrom) this.#countedBytes -= size
      bytes += size
    }
    return this.#queue.slice(begin, this.#read)
  }
}
