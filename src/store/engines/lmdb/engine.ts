/** The store in LMDB: the default engine, durable on one machine. docs/decisions/0001-store-layout.md says why it is laid out so. */
import { statfsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { Ledger } from '../../ledger.ts'
import { type Changes, type Medium, TABLE_NAMES } from '../../medium.ts'
import type { Store } from '../../store.ts'
import { type KeyCodec, leaseTerm, numberKey, type RowCodec, textKey, version } from './codec.ts'
import { closeFolder, DATA_FILE, type Folder, openFolder, otherProcess, unopenable } from './folder.ts'
import { LmdbTable, type Snapshot } from './table.ts'

/**
 * Opens the store in a folder, which is made if it is not there. One process at a time.
 * `roomBytes` tells how much the folder's disk still takes; absent: what the system says.
 * `failed` is called once when LMDB has failed in a way after which only opening the store again helps: writes are then Unwritable for good.
 * @throws Unopenable when another process has it open, or it is not writable, or damaged.
 */
export async function openLmdb({
  path,
  clock,
  roomBytes = () => freeBytes(path),
  failed = () => undefined,
}: {
  readonly path: string
  readonly clock: Clock
  readonly roomBytes?: () => number
  readonly failed?: (error: Error) => void
}): Promise<Store> {
  const folder = openFolder(path)
  try {
    const lmdb = new Lmdb(folder, roomBytes, failed)
    const pid = otherProcess(folder.root)
    if (pid !== undefined) throw unopenable(path, `process ${pid} has it open`, 'stop that process, or choose another folder')
    if (folder.isShort) lmdb.readThrough()
    await lmdb.checkFormat(path)
    return new Ledger(lmdb, clock)
  } catch (error) {
    await closeFolder(folder)
    throw unopenable(path, error)
  }
}
const freeBytes = (path: string) => {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** The layout that this code reads and writes. */
const FORMAT = 1

/**
 * So that LMDB never meets a full disk: lmdb 3.5.6 writes its message about that behind the end of its memory (mdb_page_flush,
 * 100 bytes), and the process may die of it. Several times what the largest commit can take.
 */
const ROOM_MIN_BYTES = 32 << 20
/** What only frees space may go on for longer, so that a compaction can still make room. */
const ROOM_TO_FREE_MIN_BYTES = ROOM_MIN_BYTES >> 1

class Lmdb implements Medium {
  readonly tables
  readonly #folder: Folder
  readonly #roomBytes: () => number
  /** Replaced when a commit is shown, never in between: all reads see the state of the ledger's revision. */
  readonly #snapshot: { -readonly [P in keyof Snapshot]: Snapshot[P] }
  readonly #failed: (error: Error) => void
  #failure: Error | undefined

  constructor(folder: Folder, roomBytes: () => number, failed: (error: Error) => void) {
    this.#folder = folder
    this.#roomBytes = roomBytes
    this.#failed = failed
    const { root } = folder
    const rows = (name: string) => root.openDB<Buffer, Buffer>({ name, keyEncoding: 'binary', encoding: 'binary' })
    const databases = Object.fromEntries(TABLE_NAMES.map(name => [name, rows(name)]))
    this.#snapshot = { transaction: root.useReadTransaction() }
    const table = <K, V>(name: string, key: KeyCodec<K>, row: RowCodec<V>) =>
      new LmdbTable(databases[name] as ReturnType<typeof rows>, { key, row }, this.#snapshot)
    this.tables = {
      live: table('live', textKey, numberKey),
      graves: table('graves', textKey, numberKey),
      versions: table('versions', numberKey, version),
      leases: table('leases', numberKey, leaseTerm),
      leased: table('leased', textKey, numberKey),
      marks: table('marks', textKey, numberKey),
    }
  }

  async commit(changes: Changes): Promise<() => void> {
    if (this.#failure)
      throw new Error(`LMDB failed earlier (${this.#failure.message}) and is not to be trusted with writes until a restart`, {
        cause: this.#failure,
      })
    this.#assertRoom(changes)
    const writes: Promise<boolean>[] = []
    const whole = this.#folder.root.batch(() => {
      for (const name of TABLE_NAMES) {
        const table = this.tables[name] as LmdbTable<unknown, unknown>
        for (const [key, value] of changes[name]) writes.push(table.set(key, value, name === 'versions'))
      }
    })
    for (const result of await Promise.allSettled([whole, ...writes]))
      if (result.status === 'rejected') throw this.#fail(await causeOf(result.reason))
      else if (!result.value) throw this.#fail(new Error('LMDB holds a later revision: another writer is at work'))
    return () => this.#show()
  }

  async size() {
    const { size } = await stat(join(this.#folder.path, DATA_FILE))
    const databases = [this.#folder.root, ...TABLE_NAMES.map(name => this.tables[name].rows)]
    const pages = databases.map(database => database.getStats() as Pages)
    const inUse = pages.map(p => (p.treeBranchPageCount + p.treeLeafPageCount + p.overflowPages) * p.pageSize)
    return { bytes: size, bytesInUse: inUse.reduce((a, b) => a + b, 0) }
  }

  async close(): Promise<void> {
    this.#snapshot.transaction.done()
    await closeFolder(this.#folder)
  }

  async checkFormat(path: string): Promise<void> {
    const format = this.tables.marks.get('format')
    if (format === FORMAT) return
    if (format !== undefined)
      throw unopenable(path, `it has format ${format}, this program knows ${FORMAT}`, 'use the program that wrote it, or another folder')
    await this.tables.marks.set('format', FORMAT, false)
    this.#show()
  }

  /** Follows every key to its value. @throws when something is missing. */
  readThrough(): void {
    const { live, versions } = this.tables
    for (const [key, revision] of live.scan(''))
      if (versions.get(revision)?.key !== key) throw new Error(`MDB_CORRUPTED: "${key}" has lost its revision ${revision}`)
    for (const [revision, { before }] of versions.scan(0))
      if (before >= revision) throw new Error(`MDB_CORRUPTED: revision ${revision} replaces ${before}`)
  }

  #fail(error: Error): Error {
    this.#failure = error
    this.#failed(error)
    return error
  }
  #show(): void {
    const { root } = this.#folder
    const before = this.#snapshot.transaction
    root.resetReadTxn()
    this.#snapshot.transaction = root.useReadTransaction()
    before.done()
  }

  #assertRoom({ versions }: Changes): void {
    let bytes = 0
    for (const written of versions.values()) bytes += written?.value.length ?? 0
    const needed = bytes ? ROOM_MIN_BYTES + 2 * bytes : ROOM_TO_FREE_MIN_BYTES
    const room = this.#roomBytes()
    if (room < needed)
      throw new Error(`the disk of "${this.#folder.path}" has ${room >> 20} MiB left, and ${needed >> 20} MiB are kept free`)
  }
}

/** What LMDB's statistics say of one table. */
interface Pages {
  readonly pageSize: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
}

/** lmdb rejects a write with an error that only promises the reason. */
async function causeOf(error: Error & { commitError?: Promise<never> }): Promise<Error> {
  try {
    return (await error.commitError) ?? error
  } catch (reason) {
    return reason as Error
  }
}
