/** A queue of keys: each key waits at most once, is never worked on twice at the same time, and comes back later after a failure. */
import { type BackoffLimits, backoffMs, CONTROLLER_BACKOFF } from './backoff.ts'
import type { Clock } from './clock.ts'

export interface WorkQueueOptions {
  readonly clock: Clock
  /** Works on one key. A number asks to be called again after so many milliseconds. Whatever it throws counts as a failure and is reported. */
  readonly work: (key: string) => Promise<number | undefined>
  /** Told of each failure; the key comes back after a growing delay. */
  readonly failed: (key: string, error: unknown, retryInMs: number) => void
  /** How many keys are worked on at the same time. */
  readonly concurrency?: number
  readonly backoff?: BackoffLimits
}

export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions
  readonly #waiting = new Set<string>()
  readonly #active = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { at: number; timer: Disposable }>()
  #closed = false

  constructor(options: WorkQueueOptions) {
    this.#options = options
  }

  /** Asks for the key to be worked on, now or after a delay in milliseconds. The earliest wish wins. */
  add(key: string, delayMs = 0): void {
    if (this.#closed) return
    if (delayMs > 0) return this.#later(key, delayMs)
    this.#cancelTimer(key)
    if (this.#active.has(key)) this.#again.add(key)
    else this.#waiting.add(key)
    // Not at once: the caller of add() is never interrupted by the work that it asks for, and what it adds in one go counts once.
    queueMicrotask(() => this.#fill())
  }

  /** Whether nothing waits and nothing is being worked on; timers may still be pending. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#active.size === 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#waiting.clear()
    this.#again.clear()
    for (const { timer } of this.#timers.values()) timer[Symbol.dispose]()
    this.#timers.clear()
    await Promise.all(this.#active.values())
  }

  #later(key: string, delayMs: number): void {
    const at = this.#options.clock.now() + delayMs
    const pending = this.#timers.get(key)
    if (pending && pending.at <= at) return
    this.#cancelTimer(key)
    const timer = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(key)
      this.add(key)
    })
    this.#timers.set(key, { at, timer })
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.timer[Symbol.dispose]()
    this.#timers.delete(key)
  }

  #fill(): void {
    const room = this.#options.concurrency ?? 1
    for (const key of this.#waiting) {
      if (this.#active.size >= room) return
      this.#waiting.delete(key)
      this.#active.set(key, this.#run(key))
    }
  }

  async #run(key: string): Promise<void> {
    try {
      const againInMs = await this.#options.work(key)
      this.#failures.delete(key)
      if (againInMs !== undefined) this.add(key, Math.max(1, againInMs))
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0
      this.#failures.set(key, failures + 1)
      const retryInMs = backoffMs(failures, this.#options.backoff ?? CONTROLLER_BACKOFF)
      this.#options.failed(key, error, retryInMs)
      this.add(key, retryInMs)
    }
    this.#active.delete(key)
    if (this.#again.delete(key)) this.add(key)
    this.#fill()
  }
}
