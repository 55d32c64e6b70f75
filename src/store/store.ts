/** What a store is: numbered revisions of bytes under ordered keys, to be read, compared and put, watched and compacted. It knows no kinds. */

/** One stored value. `revision` is the store's revision at which the value was written. */
export interface Entry {
  readonly key: string
  readonly value: Uint8Array
  readonly revision: number
}
export interface RangeQuery {
  /** First key, inclusive. Keys are ordered by their UTF-8 bytes. */
  readonly start: string
  /** Exclusive. `prefixEnd(start)` gives the end of a prefix. */
  readonly end: string
  /** Read as of this revision; absent: now. Throws Compacted or FutureRevision. */
  readonly at?: number
  /** At most so many entries; absent: all. */
  readonly limit?: number
}
export interface RangeResult {
  readonly entries: readonly Entry[]
  /** The revision at which the range was read. */
  readonly revision: number
  /** How many more entries follow when `limit` cut the range. */
  readonly remaining: number
}
/** Makes the value from the revision it will be written at, so that an object can carry its own resourceVersion. Must be pure; may be called more than once. */
export type ValueAt = (revision: number) => Uint8Array

export interface PutOptions {
  /** The entry's revision that the writer saw; 0: the key must be absent; undefined: whatever is there. */
  readonly expected?: number
  /** Deletes the key when the lease ends. */
  readonly lease?: number
}
export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly revision: number
  /** The new value; for a deletion the value made by the deleter (last state with the deletion's revision). */
  readonly value: Uint8Array
  /**
   * What stood there before; undefined when the key was created. It is read when it is asked for, since most do not want to know:
   * to be asked for while the event is told, as history may be compacted later.
   */
  readonly previous: Entry | undefined
}
export interface WatchQuery {
  readonly start: string
  readonly end: string
  /** The first revision to be delivered; events of earlier revisions are not. Throws Compacted at once when history does not reach back so far. */
  readonly from: number
}
/**
 * Called in revision order, each revision once, never before the write is durable. A batch is what one commit brought.
 * `progress` says that everything up to this revision has been delivered, also when nothing matched.
 */
export interface Watcher {
  readonly events: (events: readonly StoreEvent[]) => void
  readonly progress?: (revision: number) => void
  /** The watch ended by itself: the store closed, or (on a remote engine) the connection broke. */
  readonly ended?: (error?: unknown) => void
}

export interface Store extends AsyncDisposable {
  /** The newest durable revision. Every write takes the next one. Starts at 1. */
  readonly revision: number
  /** Revisions below this one are gone. */
  readonly compacted: number
  get(key: string): Promise<Entry | undefined>
  range(query: RangeQuery): Promise<RangeResult>
  count(start: string, end: string): Promise<number>
  /** Resolves with the entry when it is durable. Throws Mismatch when `expected` does not hold. */
  put(key: string, value: ValueAt, options?: PutOptions): Promise<Entry>
  /** Resolves with what was deleted, when that is durable; undefined when nothing was there. `last` makes the event's value. Throws Mismatch. */
  delete(key: string, options?: { readonly expected?: number; readonly last?: ValueAt }): Promise<Entry | undefined>
  /** Resolves when the watch is in place. Dispose it to end it. */
  watch(query: WatchQuery, watcher: Watcher): Promise<Disposable>
  /** Forgets what happened before `revision`, and gives the space back. */
  compact(revision: number): Promise<void>
  /** A lease that ends `ttlSeconds` after its last renewal, taking its keys with it. */
  grant(ttlSeconds: number): Promise<{ readonly id: number; renew(): Promise<void>; revoke(): Promise<void> }>
  /** What the store takes on disk or in memory, and how much of that is in use. */
  size(): Promise<{ readonly bytes: number; readonly bytesInUse: number }>
}

/** The key's revision is not the expected one. `current` is what is there; undefined when nothing is. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
  readonly current: Entry | undefined
  constructor(key: string, expected: number, current: Entry | undefined) {
    super(`put "${key}": expected revision ${expected}, found ${current?.revision ?? 'no entry'}`)
    this.current = current
  }
}
/** The wanted revision has been compacted. */
export class Compacted extends Error {
  override readonly name = 'Compacted'
  readonly compacted: number
  constructor(wanted: number, compacted: number) {
    super(`read at revision ${wanted}: compacted, history begins at ${compacted}`)
    this.compacted = compacted
  }
}
/** The wanted revision has not been written yet. */
export class FutureRevision extends Error {
  override readonly name = 'FutureRevision'
  readonly current: number
  constructor(wanted: number, current: number) {
    super(`read at revision ${wanted}: not written yet, newest is ${current}`)
    this.current = current
  }
}
/** The lease that a write or a renewal names has ended, or never was. */
export class LeaseGone extends Error {
  override readonly name = 'LeaseGone'
  readonly lease: number
  constructor(lease: number) {
    super(`use lease ${lease}: it has ended, or was never granted`)
    this.lease = lease
  }
}
/** The store cannot take writes: the disk is full or failing. Nothing of the write was stored. */
export class Unwritable extends Error {
  override readonly name = 'Unwritable'
}

/** The first key after all keys that begin with `prefix`. */
export function prefixEnd(prefix: string): string {
  const last = prefix.charCodeAt(prefix.length - 1)
  return prefix.slice(0, -1) + String.fromCharCode(last + 1)
}
