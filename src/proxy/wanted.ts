/** What all owners together want of the tables, and what of it has changed since it was last asked for. */
import type { Entries } from './entries.ts'

interface Claim {
  readonly owner: string
  readonly value: string
}

/** When several owners want the same entry, whoever came first has it; the next one gets it when that one lets go. */
export class Wanted {
  readonly #owned = new Map<string, Entries>()
  readonly #claims = new Map<string, readonly Claim[]>()
  #changed = new Set<string>()

  /** Puts an owner's entries in place of those that it had. */
  put(owner: string, entries: Entries): void {
    const before = this.#owned.get(owner)
    if (entries.size) this.#owned.set(owner, entries)
    else this.#owned.delete(owner)
    for (const [id] of before ?? []) if (!entries.has(id)) this.#claim(id, owner, undefined)
    for (const [id, value] of entries) if (before?.get(id) !== value) this.#claim(id, owner, value)
  }
  get(id: string): string | undefined {
    return this.#claims.get(id)?.[0]?.value
  }
  /** Who has an entry that several may want. */
  ownerOf(id: string): string | undefined {
    return this.#claims.get(id)?.[0]?.owner
  }
  *all(): Iterable<readonly [id: string, value: string]> {
    for (const [id, [first]] of this.#claims) if (first) yield [id, first.value]
  }
  get hasChanged(): boolean {
    return this.#changed.size > 0
  }
  /** The entries that may have changed since the last call. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed
    this.#changed = new Set()
    return changed
  }

  #claim(id: string, owner: string, value: string | undefined): void {
    const claims = this.#claims.get(id) ?? []
    const at = claims.findIndex(claim => claim.owner === owner)
    const own = value === undefined ? [] : [{ owner, value }]
    const next = at < 0 ? [...claims, ...own] : claims.toSpliced(at, 1, ...own)
    if (next.length) this.#claims.set(id, next)
    else this.#claims.delete(id)
    this.#changed.add(id)
  }
}
