/** The store in LMDB: the default engine, durable on one machine. docs/decisions/0001-store-layout.md says why it is laid out so. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { Ledger } from '../../ledger.ts'
import { type Changes, type Medium, TABLE_NAMES } from '../../medium.ts'
import type { Store } from '../../store.ts'
import { type KeyCodec, leaseTerm, numberKey, type RowCodec, textKey, version } from './codec.ts'
import { closeFolder, type Folder, openFolder, otherProcess, Unopenable } from './folder.ts'
import { LmdbTable, type Snapshot } from './table.ts'

/**
 * Opens the store in a folder, which is made if it is not there. One process at a time.
 * @throws Unopenable when another process has it open, or it is not writable, or damaged.
 */
export async function openLmdb({ path, clock }: { readonly path: string; readonly clock: Clock }): Promise<Store> {
  return new Ledger(await Lmdb.open(path), clock)
}

/** The layout that this code reads and writes. */
const FORMAT = 1

class Lmdb implements Medium {
  readonly tables
  readonly #folder: Folder
  /** Replaced when a commit is shown, never in between: all reads see the state of the ledger's revision. */
  readonly #snapshot: { -readonly [P in keyof Snapshot]: Snapshot[P] }

  static async open(path: string): Promise<Lmdb> {
    const folder = openFolder(path)
    try {
      const lmdb = new Lmdb(folder)
      const pid = otherProcess(folder.root)
      if (pid !== undefined)
        throw new Unopenable(`open the store in "${path}": process ${pid} has it open; stop that process, or choose another folder`)
      const format = lmdb.tables.marks.get('format')
      if (format === undefined) await lmdb.#mark('format', FORMAT)
      else if (format !== FORMAT)
        throw new Unopenable(
          `open the store in "${path}": it was written in format ${format}, this program knows ${FORMAT}; use the program that wrote it, or another folder`,
        )
      return lmdb
    } catch (error) {
      await closeFolder(folder)
      throw error
    }
  }

  constructor(folder: Folder) {
    this.#folder = folder
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
    const writes: Promise<boolean>[] = []
    const whole = this.#folder.root.batch(() => {
      for (const name of TABLE_NAMES) {
        const table = this.tables[name] as LmdbTable<unknown, unknown>
        for (const [key, value] of changes[name]) writes.push(table.set(key, value, name === 'versions'))
      }
    })
    const results = await Promise.allSettled([whole, ...writes])
    for (const result of results) {
      if (result.status === 'rejected') throw await causeOf(result.reason)
      if (!result.value) throw new Error('append a version: LMDB holds a later one; two writers are at work')
    }
    return () => this.#show()
  }

  async size() {
    const { size } = await stat(join(this.#folder.path, 'data.mdb'))
    const databases = [this.#folder.root, ...TABLE_NAMES.map(name => this.tables[name].rows)]
    const pages = databases.map(database => database.getStats() as Pages)
    const inUse = pages.map(p => (p.treeBranchPageCount + p.treeLeafPageCount + p.overflowPages) * p.pageSize)
    return { bytes: size, bytesInUse: inUse.reduce((a, b) => a + b, 0) }
  }

  async close(): Promise<void> {
    this.#snapshot.transaction.done()
    await closeFolder(this.#folder)
  }

  #show(): void {
    const { root } = this.#folder
    const before = this.#snapshot.transaction
    root.resetReadTxn()
    this.#snapshot.transaction = root.useReadTransaction()
    before.done()
  }

  async #mark(name: string, value: number): Promise<void> {
    await this.tables.marks.set(name, value, false)
    this.#show()
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
async function causeOf(error: Error & { commitError?: Promise<never> }): Promise<unknown> {
  try {
    return (await error.commitError) ?? error
  } catch (reason) {
    return reason
  }
}
