/** A commit in the making: applies writes one after the other, each seeing those before it, and gathers the changes. No I/O. */
import { eventOf } from './history.ts'
import { assertKey } from './keys.ts'
import {
  type Changes,
  type KeyOf,
  LEASED_PREFIX_LENGTH,
  leasedKey,
  type LeaseTerm,
  type TableName,
  type Tables,
  type ValueOf,
  type Version,
} from './medium.ts'
import { type Entry, LeaseGone, Mismatch, type PutOptions, type StoreEvent, type ValueAt } from './store.ts'

export class Draft {
  /** The newest revision, were this committed. */
  revision: number
  readonly events: StoreEvent[] = []
  readonly changes: { readonly [N in TableName]: Map<KeyOf<N>, ValueOf<N> | undefined> } = {
    live: new Map(),
    graves: new Map(),
    versions: new Map(),
    leases: new Map(),
    leased: new Map(),
    marks: new Map(),
  } satisfies Changes
  readonly #tables: Tables
  /** Whether any lease was ever granted; undefined: not looked yet. */
  #hasLeases: boolean | undefined

  constructor(tables: Tables, revision: number) {
    this.#tables = tables
    this.revision = revision
  }

  get isEmpty(): boolean {
    return Object.values(this.changes).every(table => table.size === 0)
  }

  put(key: string, value: ValueAt, { expected, lease = 0 }: PutOptions = {}): Entry {
    assertKey(key)
    const before = this.#expect(key, expected)
    if (lease) this.#term(lease)
    const revision = this.revision + 1
    const grave = before === undefined ? this.#read('graves', key) : undefined
    const version: Version = { type: 'put', key, value: value(revision), before: before ?? grave ?? 0, lease }
    this.#append(version, before === undefined ? 0 : this.#leaseOf(before))
    this.changes.live.set(key, revision)
    if (grave !== undefined) this.changes.graves.set(key, undefined)
    return { key, revision, value: version.value }
  }

  delete(key: string, { expected, last }: { readonly expected?: number; readonly last?: ValueAt } = {}): Entry | undefined {
    const before = this.#expect(key, expected)
    if (before === undefined) return undefined
    const old = this.#version(before)
    const revision = this.revision + 1
    this.#append({ type: 'delete', key, value: last ? last(revision) : old.value, before, lease: 0 }, old.lease)
    this.changes.live.set(key, undefined)
    this.changes.graves.set(key, revision)
    return { key, revision: before, value: old.value }
  }

  /** The new lease's number. Numbers are never used twice. */
  grant(term: LeaseTerm): number {
    const id = (this.#read('marks', 'newestLease') ?? 0) + 1
    this.changes.marks.set('newestLease', id)
    this.#hasLeases = true
    this.changes.leases.set(id, term)
    return id
  }

  renew(id: number, endsAtMs: number): void {
    this.changes.leases.set(id, { ttlSeconds: this.#term(id).ttlSeconds, endsAtMs })
  }

  /** Ends a lease and deletes its keys; with `dueAtMs`, only when its time was over by then. */
  revoke(id: number, dueAtMs = Infinity): void {
    if (this.#term(id).endsAtMs > dueAtMs) return
    const [start, end] = [leasedKey(id, ''), leasedKey(id + 1, '')]
    const rows = new Set([...this.#tables.leased.scan(start, end)].map(([row]) => row))
    for (const [row, bound] of this.changes.leased) {
      if (!row.startsWith(start)) continue
      if (bound === undefined) rows.delete(row)
      else rows.add(row)
    }
    for (const row of rows) this.delete(row.slice(LEASED_PREFIX_LENGTH))
    this.changes.leases.set(id, undefined)
  }

  /** From now on nobody reads below `revision`. */
  compact(revision: number): void {
    this.changes.marks.set('compacted', Math.max(revision, this.#read('marks', 'compacted') ?? 1))
  }

  /**
   * Drops from the history what was superseded in the next `limit` revisions below `compacted`, and tells whether there is more to do.
   * A version goes when a later one below `compacted` replaced it, a deletion as soon as it is below: what `compacted` itself replaced stays, for its event.
   */
  trim(compacted: number, limit: number): boolean {
    const from = this.#read('marks', 'trimmed') ?? 1
    if (from >= compacted) return false
    let next = compacted
    let count = 0
    for (const [revision, { type, key, before }] of this.#tables.versions.scan(from, compacted, limit)) {
      if (before) this.changes.versions.set(before, undefined)
      if (type === 'delete') {
        this.changes.versions.set(revision, undefined)
        if (this.#read('graves', key) === revision) this.changes.graves.set(key, undefined)
      }
      if (++count === limit) next = revision + 1
    }
    this.changes.marks.set('trimmed', next)
    return next < compacted
  }

  /** The revision of what is there now. */
  #expect(key: string, expected: number | undefined): number | undefined {
    const revision = this.#read('live', key)
    if (expected !== undefined && expected !== (revision ?? 0))
      throw new Mismatch(key, expected, revision === undefined ? undefined : { key, revision, value: this.#version(revision).value })
    return revision
  }

  #append(version: Version, oldLease: number): void {
    const revision = ++this.revision
    this.changes.versions.set(revision, version)
    this.events.push(eventOf(revision, version, before => this.#read('versions', before)))
    if (oldLease && oldLease !== version.lease) this.changes.leased.set(leasedKey(oldLease, version.key), undefined)
    if (version.lease) this.changes.leased.set(leasedKey(version.lease, version.key), revision)
  }

  #term(id: number): LeaseTerm {
    const term = this.#read('leases', id)
    if (!term) throw new LeaseGone(id)
    return term
  }

  /** Where there never was a lease, what is replaced need not be read; it may not have been touched for long. */
  #leaseOf(revision: number): number {
    this.#hasLeases ??= this.#read('marks', 'newestLease') !== undefined
    return this.#hasLeases ? this.#version(revision).lease : 0
  }

  #version(revision: number): Version {
    const version = this.#read('versions', revision)
    if (!version) throw new Error(`read revision ${revision}: it is not in the history; the store is damaged`)
    return version
  }

  #read<N extends TableName>(name: N, key: KeyOf<N>): ValueOf<N> | undefined {
    const changes: ReadonlyMap<KeyOf<N>, ValueOf<N> | undefined> = this.changes[name]
    if (changes.has(key)) return changes.get(key)
    return (this.#tables[name] as { get(key: KeyOf<N>): unknown }).get(key) as ValueOf<N> | undefined
  }
}
