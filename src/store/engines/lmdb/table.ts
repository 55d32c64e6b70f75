/** An ordered table in LMDB, read at the snapshot of the last commit that was made visible. */
import type { Database, Transaction } from 'lmdb'
import type { Table } from '../../medium.ts'
import type { KeyCodec, RowCodec } from './codec.ts'

/** The moment that all tables show. */
export interface Snapshot {
  readonly transaction: Transaction
}

export class LmdbTable<K, V> implements Table<K, V> {
  readonly rows: Database<Buffer, Buffer>
  readonly #key: KeyCodec<K>
  readonly #row: RowCodec<V>
  readonly #snapshot: Snapshot

  constructor(rows: Database<Buffer, Buffer>, codec: { readonly key: KeyCodec<K>; readonly row: RowCodec<V> }, snapshot: Snapshot) {
    this.rows = rows
    this.#key = codec.key
    this.#row = codec.row
    this.#snapshot = snapshot
  }

  get(key: K): V | undefined {
    const bytes = this.rows.get(this.#key.encode(key), { transaction: this.#snapshot.transaction })
    return bytes && this.#row.decode(bytes)
  }
  *scan(start: K, end?: K, limit?: number): Iterable<readonly [K, V]> {
    const bounds = this.#bounds(start, end)
    if (!bounds || limit === 0) return
    for (const { key, value } of this.rows.getRange({ ...bounds, ...(limit !== undefined && { limit }) }))
      yield [this.#key.decode(key), this.#row.decode(value)]
  }
  count(start: K, end: K): number {
    const bounds = this.#bounds(start, end)
    return bounds ? this.rows.getKeysCount(bounds) : 0
  }
  last(): K | undefined {
    for (const key of this.rows.getKeys({ reverse: true, limit: 1, transaction: this.#snapshot.transaction })) return this.#key.decode(key)
    return undefined
  }
  /** Queues the change for the commit that is being put together. An appended key is greater than all others; the promise then tells whether it was. */
  set(key: K, value: V | undefined, isAppended: boolean): Promise<boolean> {
    const bytes = this.#key.encode(key)
    if (value === undefined) return this.rows.remove(bytes)
    return isAppended ? append(this.rows, bytes, this.#row.encode(value)) : this.rows.put(bytes, this.#row.encode(value))
  }

  /** LMDB takes no empty key; undefined when nothing can lie between. */
  #bounds(start: K, end: K | undefined) {
    const from = this.#key.encode(start)
    const to = end === undefined ? undefined : this.#key.encode(end)
    if (to && Buffer.compare(from, to) >= 0) return undefined
    return { transaction: this.#snapshot.transaction, ...(from.length && { start: from }), ...(to && { end: to }) }
  }
}

/** MDB_APPEND fills pages to the end instead of leaving them half full. lmdb's types do not know that `put` takes options. */
const append = (rows: Database<Buffer, Buffer>, key: Buffer, value: Buffer) =>
  (rows.put as (key: Buffer, value: Buffer, options: { readonly append: true }) => Promise<boolean>).call(rows, key, value, {
    append: true,
  })
