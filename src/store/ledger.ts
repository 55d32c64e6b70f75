/** The store on any medium: one writer that numbers the writes, commits them in groups, and tells the watchers. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#base/clock.ts'
import { Draft } from './draft.ts'
import { eventsFrom, present, rangeAt } from './history.ts'
import { Leases } from './leases.ts'
import type { Medium, Tables } from './medium.ts'
import {
  Compacted,
  type Entry,
  FutureRevision,
  LeaseGone,
  Mismatch,
  type PutOptions,
  type RangeQuery,
  type RangeResult,
  type Store,
  Unwritable,
  type ValueAt,
  type Watcher,
  type WatchQuery,
} from './store.ts'
import { Watch, Watchers } from './watchers.ts'

/** So that building one commit keeps the event loop for a few milliseconds at most. */
const COMMIT_WRITES_MAX = 1_000
/** Revisions read in one go, when a watch catches up or history is trimmed; so that others get their turn. */
const CHUNK_REVISIONS_MAX = 250

/** A write that waits for its turn. */
interface Job {
  /** Applies the write to a draft, and gives what fulfils its promise once the draft is durable. */
  readonly apply: (draft: Draft) => () => void
  readonly reject: (error: unknown) => void
}

export class Ledger implements Store {
  readonly #medium: Medium
  readonly #clock: Clock
  readonly #watchers = new Watchers()
  readonly #leases: Leases
  #revision: number
  #compacted: number
  #queue: Job[] = []
  /** The loop that commits what is queued; undefined while nothing is. */
  #writing: Promise<void> | undefined
  #isClosed = false

  constructor(medium: Medium, clock: Clock) {
    this.#medium = medium
    this.#clock = clock
    const { versions, marks, leases } = medium.tables
    this.#revision = versions.last() ?? 1
    this.#compacted = marks.get('compacted') ?? 1
    this.#leases = new Leases(clock, (id, dueAtMs) => this.#write(draft => draft.revoke(id, dueAtMs)))
    this.#leases.follow(leases.scan(0))
  }

  get revision(): number {
    return this.#revision
  }
  get compacted(): number {
    return this.#compacted
  }

  async get(key: string): Promise<Entry | undefined> {
    const { live, versions } = this.#tables()
    const revision = live.get(key)
    if (revision === undefined) return undefined
    return { key, revision, value: present(versions.get(revision), key).value }
  }

  async range(query: RangeQuery): Promise<RangeResult> {
    const tables = this.#tables()
    const at = query.at ?? this.#revision
    if (at > this.#revision) throw new FutureRevision(at, this.#revision)
    if (at < this.#compacted) throw new Compacted(at, this.#compacted)
    return { ...rangeAt(tables, query, at, this.#revision), revision: at }
  }

  async count(start: string, end: string): Promise<number> {
    return this.#tables().live.count(start, end)
  }

  put(key: string, value: ValueAt, options?: PutOptions): Promise<Entry> {
    return this.#write(draft => draft.put(key, value, options))
  }

  delete(key: string, options?: { readonly expected?: number; readonly last?: ValueAt }): Promise<Entry | undefined> {
    return this.#write(draft => draft.delete(key, options))
  }

  async grant(ttlSeconds: number) {
    if (!(ttlSeconds > 0)) throw new RangeError(`grant a lease of ${ttlSeconds} seconds: it must last longer than 0 seconds`)
    const endsAtMs = () => this.#clock.now() + ttlSeconds * 1_000
    const id = await this.#write(draft => draft.grant({ ttlSeconds, endsAtMs: endsAtMs() }))
    return {
      id,
      renew: () => this.#write(draft => draft.renew(id, endsAtMs())),
      revoke: () => this.#write(draft => draft.revoke(id)),
    }
  }

  async compact(revision: number): Promise<void> {
    if (revision > this.#revision) throw new FutureRevision(revision, this.#revision)
    // First nobody reads below it any more, then it goes: a crash in between leaves only work for the next time.
    if (revision > this.#compacted) await this.#write(draft => draft.compact(revision))
    while (await this.#write(draft => draft.trim(this.#compacted, CHUNK_REVISIONS_MAX)));
  }

  async watch(query: WatchQuery, watcher: Watcher): Promise<Disposable> {
    this.#tables()
    if (query.from < this.#compacted) throw new Compacted(query.from, this.#compacted)
    const watch = new Watch(query, watcher)
    this.#watchers.add(watch)
    if (query.from > this.#revision) this.#watchers.goLive(watch)
    else void this.#catchUp(watch)
    return {
      [Symbol.dispose]: () => {
        watch.cancel()
        this.#watchers.remove(watch)
      },
    }
  }

  size(): Promise<{ readonly bytes: number; readonly bytesInUse: number }> {
    return this.#medium.size()
  }

  /** Finishes the writes that were begun, ends the watches, and lets go of the medium. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#leases[Symbol.dispose]()
    await this.#writing
    this.#watchers.close()
    await this.#medium.close()
  }

  /** History in portions, until the watch stands where the store does; then it joins the live ones in the same turn, so that nothing falls between. */
  async #catchUp(watch: Watch): Promise<void> {
    for (let from = watch.query.from; ; ) {
      await nextTurn()
      if (watch.isOver) return this.#watchers.remove(watch)
      if (from < this.#compacted) {
        this.#watchers.remove(watch)
        return watch.end(new Compacted(from, this.#compacted))
      }
      const { events, reached } = eventsFrom(
        this.#medium.tables,
        { ...watch.query, from },
        { limit: CHUNK_REVISIONS_MAX, newest: this.#revision },
      )
      watch.deliver(events, reached)
      from = reached + 1
      if (from > this.#revision && !watch.isOver) return this.#watchers.goLive(watch)
    }
  }

  /** Queues a write; resolves with what it gave once that is durable. */
  #write<T>(apply: (draft: Draft) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('write: the store is closed'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        apply: draft => {
          const result = apply(draft)
          return () => resolve(result)
        },
        reject,
      })
      this.#writing ??= this.#commitAll()
    })
  }

  /** Commits until the queue is empty. What arrives during a commit goes into the next one. */
  async #commitAll(): Promise<void> {
    // Writes of the same turn share a commit.
    await Promise.resolve()
    while (this.#queue.length) await this.#commit(this.#queue.splice(0, COMMIT_WRITES_MAX))
    this.#writing = undefined
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    const draft = new Draft(this.#medium.tables, this.#revision)
    const outcomes = jobs.map(job => outcomeOf(job, draft))
    if (!draft.isEmpty)
      try {
        const show = await this.#medium.commit(draft.changes)
        show()
      } catch (cause) {
        const error = new Unwritable(
          `write ${draft.events.length} revisions: ${messageOf(cause)}; nothing of it was stored, the newest revision stays ${this.#revision}. Free space on the disk, or see to its health`,
          { cause },
        )
        for (const { reject } of outcomes) reject(error)
        return
      }
    this.#revision = draft.revision
    this.#compacted = draft.changes.marks.get('compacted') ?? this.#compacted
    if (!this.#isClosed) this.#leases.follow(draft.changes.leases)
    // Watchers first, so that whoever wrote finds its write in what they keep.
    if (draft.events.length) this.#watchers.publish(draft.events, draft.revision)
    for (const { settle } of outcomes) settle()
  }

  #tables(): Tables {
    if (this.#isClosed) throw new Error('read: the store is closed')
    return this.#medium.tables
  }
}

/** Applies one write. Also a refused one waits for the commit: what it was refused for may be in there. */
function outcomeOf({ apply, reject }: Job, draft: Draft) {
  try {
    return { settle: apply(draft), reject }
  } catch (error) {
    const isOfTheStore = error instanceof Mismatch || error instanceof LeaseGone
    return { settle: () => reject(error), reject: (failure: unknown) => reject(isOfTheStore ? failure : error) }
  }
}
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
