/** The store in memory, for tests and for clusters that may be forgotten. */
import type { Clock } from '#base/clock.ts'
import { compareKeys } from '../../keys.ts'
import { Ledger } from '../../ledger.ts'
import { type Changes, type Medium, type LeaseTerm, TABLE_NAMES, type Version } from '../../medium.ts'
import type { Store } from '../../store.ts'
import { SortedTable } from './table.ts'

/** A new, empty store. Its writes are as durable as the process. */
export async function openMemory({ clock }: { readonly clock: Clock }): Promise<Store> {
  return new Ledger(new MemoryMedium(), clock)
}

const byNumber = (a: number, b: number) => a - b

export class MemoryMedium implements Medium {
  readonly tables = {
    live: new SortedTable<string, number>(compareKeys),
    graves: new SortedTable<string, number>(compareKeys),
    versions: new SortedTable<number, Version>(byNumber),
    leases: new SortedTable<number, LeaseTerm>(byNumber),
    leased: new SortedTable<string, number>(compareKeys),
    marks: new SortedTable<string, number>(compareKeys),
  }
  #bytes = 0

  async commit(changes: Changes): Promise<() => void> {
    return () => {
      for (const [revision, version] of changes.versions) {
        this.#bytes += (version?.value.length ?? 0) - (this.tables.versions.get(revision)?.value.length ?? 0)
      }
      for (const name of TABLE_NAMES) {
        const table = this.tables[name] as SortedTable<string | number, unknown>
        for (const [key, value] of changes[name] as Iterable<[string | number, unknown]>) table.set(key, value)
      }
    }
  }
  /** The values only; what else a process takes for them cannot be told. */
  async size() {
    return { bytes: this.#bytes, bytesInUse: this.#bytes }
  }
  async close(): Promise<void> {}
}
