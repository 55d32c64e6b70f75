/** When something that failed is done again: soon, then less often. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'

/** From one attempt to start a container to the next, when nothing says that it would go better. Upstream's kubelet waits as long. */
export const START_RETRY_MS = 10_000

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
  /** Once more at once; if that fails too, the pause is as long as it would have been. */
  hurry(): void {
    this.#nextAt = 0
  }
}
