/** A queue of keys: each key waits at most once, is never worked on twice at the same time, and comes back later after a failure. */
import { type BackoffLimits, backoffMs, CONTROLLER_BACKOFF } from './backoff.ts'
import type { Clock } from './clock.ts'
import { Line } from './line.ts'

export interface WorkQueueOptions {
  readonly clock: Clock
  /** Works on one key. A number asks to be called again after so many milliseconds. Whatever it throws counts as a failure and is reported. */
  readonly work: (key: string) => Promise<number | undefined>
  /** Told of each failure; the key comes back after a growing delay. */
  readonly failed: (key: string, error: unknown, retryInMs: number) => void
  /** Of keys that wait at the same time the one with the highest number comes first; without it, the one that came first. */
  readonly urgency?: (key: string) => number
  /** How many keys are worked on at the same time. */
  readonly concurrency?: number
  readonly backoff?: BackoffLimits
}

export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions
  readonly #waiting = new Line()
  readonly #active = new Map<string, Promise<void>>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { at: number; timer: Disposable }>()
  /** Keys whose timer need not run out when there is nothing else to do. */
  readonly #willing = new Set<string>()
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
    else this.#waiting.add(key, this.#options.urgency?.(key))
    // Not at once: the caller of add() is never interrupted by the work that it asks for, and what it adds in one go counts once.
    queueMicrotask(() => this.#fill())
  }

  /** Asks for the key to be worked on after a delay, or before that as soon as nothing else waits. */
  addWhenIdle(key: string, delayMs: number): void {
    this.add(key, delayMs)
    if (delayMs <= 0 || this.#closed) return
    this.#willing.add(key)
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
    this.#willing.clear()
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
    this.#willing.delete(key)
  }

  #fill(): void {
    const room = this.#options.concurrency ?? 1
    while (this.#active.size < room) {
      const key = this.#waiting.take() ?? this.#takeSoonest()
      if (key === undefined) return
      this.#active.set(key, this.#run(key))
    }
  }
  /** Of those who need not wait the one whose time comes first, in whole seconds; of several the most urgent. */
  #takeSoonest(): string | undefined {
    let best: { readonly key: string; readonly second: number; readonly urgency: number } | undefined
    for (const key of this.#willing) {
      if (this.#active.has(key)) continue
      const second = Math.floor((this.#timers.get(key)?.at ?? 0) / 1000)
      const urgency = this.#options.urgency?.(key) ?? 0
      if (!best || second < best.second || (second === best.second && urgency > best.urgency)) best = { key, second, urgency }
    }
    if (best) this.#cancelTimer(best.key)
    return best?.key
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
