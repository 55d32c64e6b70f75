/** Whom flows may lead to, told by many owners, and whether that has changed. */
import type { Destinations } from './flows.ts'

const NONE: Destinations = new Map()

export class OwnedDestinations {
  readonly #owned = new Map<string, Destinations>()
  #hasChanged = true

  /** Puts an owner's destinations in place of those that it had. */
  put(owner: string, destinations: Destinations): void {
    if (isSame(this.#owned.get(owner) ?? NONE, destinations)) return
    this.#hasChanged = true
    if (destinations.size) this.#owned.set(owner, destinations)
    else this.#owned.delete(owner)
  }
  /** Those of all owners, when they have changed since the last call. */
  takeChanged(): Destinations | undefined {
    if (!this.#hasChanged) return undefined
    this.#hasChanged = false
    const all = new Map<string, ReadonlySet<string>>()
    for (const destinations of this.#owned.values())
      for (const [frontend, backends] of destinations) all.set(frontend, all.get(frontend)?.union(backends) ?? backends)
    return all
  }
}
const isSame = (before: Destinations, after: Destinations): boolean =>
  before.size === after.size && [...after].every(([frontend, backends]) => before.get(frontend)?.symmetricDifference(backends).size === 0)
