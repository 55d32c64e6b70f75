/** The mirrors of a process: one per kind and scope, shared by all who need it. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { KindClass } from '#kinds/declare.ts'
import { Mirror, type MirrorOptions } from './mirror.ts'
import type { Client } from './transport.ts'

export class Mirrors implements AsyncDisposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #log: Log
  readonly #mirrors = new Map<KindClass<never>, Mirror<never>>()

  constructor(client: Client, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#client = client
    this.#clock = clock
    this.#log = log
  }

  /** The mirror of all objects of a kind, started when it is first asked for. */
  of<T>(kind: KindClass<T>): Mirror<T> {
    const known = this.#mirrors.get(kind as KindClass<never>)
    if (known) return known as unknown as Mirror<T>
    const made = this.open(kind, {})
    this.#mirrors.set(kind as KindClass<never>, made as unknown as Mirror<never>)
    return made
  }

  /** A mirror of its own, with a selection or indexes; the caller disposes it. */
  open<T>(kind: KindClass<T>, options: Omit<MirrorOptions<T>, 'clock' | 'failed'>): Mirror<T> {
    const failed = (error: unknown) => this.#log.warn({ kind: kind.name, error }, 'watch failed, trying again')
    return new Mirror(this.#client, kind, { ...options, clock: this.#clock, failed })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#mirrors.values()].map(mirror => mirror[Symbol.asyncDispose]()))
  }
}
