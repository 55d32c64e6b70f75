/** A watch under way in a test: its events one after the other, each waited for with a deadline. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiRequest, Transport, WatchEvent } from '#client/transport.ts'

const TIMEOUT_MS = 60_000

// `any`: tests reach into objects of all kinds
type Seen = WatchEvent<any>

export class Watching implements AsyncDisposable {
  readonly #abort = new AbortController()
  readonly #seen: Seen[] = []
  readonly #pump: Promise<void>
  #failure: unknown
  #isOver = false
  #arrived = Promise.withResolvers<void>()

  constructor(transport: Transport, request: Pick<ApiRequest, 'path' | 'query'>) {
    const query = { ...request.query, watch: 'true' }
    const events = transport.watch({ method: 'GET', ...request, query, signal: this.#abort.signal })
    this.#pump = this.#take(events)
  }
  async #take(events: AsyncIterable<WatchEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#seen.push(event)
        this.#wake()
      }
    } catch (error) {
      this.#failure = error
    }
    this.#isOver = true
    this.#wake()
  }
  #wake(): void {
    this.#arrived.resolve()
    this.#arrived = Promise.withResolvers()
  }

  /** The next event. Throws when none comes in time, or the watch ends. */
  async next(timeoutMs = TIMEOUT_MS): Promise<Seen> {
    const late = new AbortController()
    const deadline = pause(timeoutMs, 'late', { signal: late.signal }).catch(() => 'stopped')
    try {
      for (;;) {
        const event = this.#seen.shift()
        if (event) return event
        if (this.#failure) throw this.#failure
        assert(!this.#isOver, 'the watch ended')
        assert.notEqual(await Promise.race([this.#arrived.promise, deadline]), 'late', 'no event came')
      }
    } finally {
      late.abort()
    }
  }
  /** The next event must be of this type, and of this object if it is given. */
  async expect(type: Seen['type'], object?: unknown): Promise<Seen> {
    const event = await this.next()
    assert.equal(event.type, type, JSON.stringify(event))
    if (object !== undefined) assert.deepEqual(event.object, object)
    return event
  }
  /** The next event that is as wanted; those before it are let go. */
  async until(isWanted: (event: Seen) => boolean): Promise<Seen> {
    for (;;) {
      const event = await this.next()
      if (isWanted(event)) return event
    }
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#pump
  }
}
