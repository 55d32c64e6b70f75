/** What an engine has to bring: a few ordered tables that change together, durably or not at all. Everything else is the ledger's. */

/** Reads show one moment, that of the last commit that was made visible; they never see a part of a commit. */
export interface Table<K, V> {
  get(key: K): V | undefined
  /** In key order, from `start` (inclusive) to `end` (exclusive; absent: to the last). To be consumed at once, not across a commit. */
  scan(start: K, end?: K, limit?: number): Iterable<readonly [K, V]>
  count(start: K, end: K): number
  /** The greatest key; undefined when the table is empty. */
  last(): K | undefined
}

/** What was written at one revision. */
export interface Version {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly value: Uint8Array
  /** The revision of the same key's version before this one, a deletion too; 0: none that is still known. */
  readonly before: number
  /** The lease that the key hangs on; 0: none. */
  readonly lease: number
}
export interface LeaseTerm {
  readonly ttlSeconds: number
  /** Milliseconds since the epoch. */
  readonly endsAtMs: number
}

/** docs/decisions/0001-store-layout.md says why these. Text keys are ordered by their UTF-8 bytes, numbers by their value. */
export interface Tables {
  /** Key → revision of its newest version, for keys that are there. */
  readonly live: Table<string, number>
  /** Key → revision of its deletion, until that is compacted. */
  readonly graves: Table<string, number>
  /** Revision → what was written. Each value is stored once, here. */
  readonly versions: Table<number, Version>
  readonly leases: Table<number, LeaseTerm>
  /** `leasedKey` → the revision at which the key was bound to the lease. */
  readonly leased: Table<string, number>
  /** Single numbers: compacted, trimmed, newestLease. */
  readonly marks: Table<string, number>
}
export type TableName = keyof Tables
export const TABLE_NAMES = ['live', 'graves', 'versions', 'leases', 'leased', 'marks'] as const satisfies readonly TableName[]

export type KeyOf<N extends TableName> = Tables[N] extends Table<infer K, infer _V> ? K : never
export type ValueOf<N extends TableName> = Tables[N] extends Table<infer _K, infer V> ? V : never
/** The last state of each entry that a commit touches; undefined removes it. */
export type Changes = { readonly [N in TableName]: ReadonlyMap<KeyOf<N>, ValueOf<N> | undefined> }

export interface Medium {
  readonly tables: Tables
  /**
   * Makes all changes durable, or none. Resolves with the function that lets reads see them, so that the ledger can
   * move its revision in the same instant. Never called again before the last call has settled.
   * @throws whatever the disk says; nothing of the changes is then stored.
   */
  commit(changes: Changes): Promise<() => void>
  size(): Promise<{ readonly bytes: number; readonly bytesInUse: number }>
  close(): Promise<void>
}

/** The key's row in `leased`: sorted by lease, then by key. 16 digits hold every safe integer. */
export const leasedKey = (lease: number, key: string): string => `${String(lease).padStart(16, '0')}/${key}`
export const LEASED_PREFIX_LENGTH = 17
