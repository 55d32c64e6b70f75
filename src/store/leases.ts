/** The leases' timers: each lease ends when its time is over, unless it was renewed. */
import type { Clock } from '#base/clock.ts'
import type { LeaseTerm } from './medium.ts'
import { LeaseGone, Unwritable } from './store.ts'

/** How long to wait when the store could not take the end of a lease. */
const RETRY_MS = 1_000

export class Leases implements Disposable {
  readonly #clock: Clock
  readonly #expire: (id: number, dueAtMs: number) => Promise<void>
  readonly #timers = new Map<number, Disposable>()

  /** `expire` ends the lease if it is due. */
  constructor(clock: Clock, expire: (id: number, dueAtMs: number) => Promise<void>) {
    this.#clock = clock
    this.#expire = expire
  }

  /** Takes over what a commit did to leases. */
  follow(changes: Iterable<readonly [number, LeaseTerm | undefined]>): void {
    for (const [id, term] of changes) {
      this.#timers.get(id)?.[Symbol.dispose]()
      this.#timers.delete(id)
      if (term) this.#wake(id, term.endsAtMs)
    }
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
  }

  #wake(id: number, atMs: number): void {
    const wake = async () => {
      const now = this.#clock.now()
      // The longest timers of a clock may be shorter than the lease.
      if (now < atMs) return this.#wake(id, atMs)
      try {
        await this.#expire(id, now)
      } catch (error) {
        if (error instanceof LeaseGone) return
        if (!(error instanceof Unwritable)) throw error
        if (this.#timers.has(id)) this.#wake(id, this.#clock.now() + RETRY_MS)
      }
    }
    this.#timers.set(id, this.#clock.after(Math.max(0, atMs - this.#clock.now()), wake))
  }
}
