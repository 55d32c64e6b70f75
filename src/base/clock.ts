/** The clock as a value, so that a whole control plane can run on virtual time. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once after `ms` milliseconds; dispose to cancel. Does not keep the process alive. */
  after(ms: number, callback: () => void): Disposable
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, TIMER_MAX_MS))
    // A browser's timer is a number, and keeps nothing alive.
    if (typeof timer === 'object') (timer as { unref(): void }).unref()
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
/** The longest delay that a Node.js timer takes: 2^31 - 1 milliseconds. */
const TIMER_MAX_MS = 2_147_483_647

/** Resolves after `ms` milliseconds of `clock`, or at once when `signal` aborts. */
export function wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const finish = () => {
      timer[Symbol.dispose]()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.after(ms, finish)
    signal?.addEventListener('abort', finish)
  })
}

/** RFC 3339 with whole seconds, as API timestamps are written. What is made in the same second shares the text. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1_000)
  if (second !== latest.second) latest = { second, text: `${new Date(ms).toISOString().slice(0, 19)}Z` }
  return latest.text
}
let latest = { second: Number.NaN, text: '' }

/** A clock that moves only when told to. */
export class VirtualClock implements Clock {
  #now: number
  #timers: { at: number; order: number; callback: () => void }[] = []
  #order = 0
  constructor(start = Date.parse('2030-01-01T00:00:00Z')) {
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  after(ms: number, callback: () => void): Disposable {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback }
    this.#timers.push(timer)
    return { [Symbol.dispose]: () => void (this.#timers = this.#timers.filter(t => t !== timer)) }
  }
  /** When the next timer is due; undefined when none waits. */
  get next(): number | undefined {
    return this.#timers.length ? Math.min(...this.#timers.map(t => t.at)) : undefined
  }
  /** As when somebody sets the machine's clock: the time is another, and timers go on as if nothing had happened. */
  set(ms: number): void {
    for (const timer of this.#timers) timer.at += ms - this.#now
    this.#now = ms
  }
  /** Moves to `to`, calling each timer at its own time. */
  advance(to: number): void {
    for (;;) {
      const due = this.#timers.filter(t => t.at <= to).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!due) break
      this.#timers = this.#timers.filter(t => t !== due)
      this.#now = Math.max(this.#now, due.at)
      due.callback()
    }
    this.#now = Math.max(this.#now, to)
  }
}
