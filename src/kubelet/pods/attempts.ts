/** When something that failed is done again: soon, then less often. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'
import { type Clock, wait } from '#base/clock.ts'

/** From one attempt to start a container to the next, when nothing says that it would go better. Upstream's kubelet waits as long. */
export const START_RETRY_MS = 10_000

interface Making {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly failed: (error: unknown) => void
}

export class Attempts {
  readonly #limits: BackoffLimits
  #failures = 0
  #nextAt = 0

  constructor(limits: BackoffLimits) {
    this.#limits = limits
  }

  /** Not before this time is it done again. */
  get nextAt(): number {
    return this.#nextAt
  }
  failed(now: number): void {
    this.#nextAt = now + backoffMs(this.#failures++, this.#limits)
  }
  succeeded(): void {
    this.#failures = 0
    this.#nextAt = 0
  }
  /** Does something; after a failure, of which `failed` is told, it waits. Whether it is done. What was broken off by `signal` has not failed. */
  async make(act: () => Promise<void>, { clock, signal, failed }: Making): Promise<boolean> {
    try {
      await act()
    } catch (error) {
      if (signal.aborted) return false
      failed(error)
      this.failed(clock.now())
      await wait(clock, this.#nextAt - clock.now(), signal)
      return false
    }
    this.succeeded()
    return true
  }
  /** Once more at once; if that fails too, the pause is as long as it would have been. */
  hurry(): void {
    this.#nextAt = 0
  }
}
