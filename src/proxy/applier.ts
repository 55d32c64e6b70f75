/** Brings what is wanted into the kernel: one run of nft at a time, each a whole transaction of what has changed meanwhile. */
import { backoffMs } from '#base/backoff.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { type EntryChange, changeScript } from './script.ts'
import type { ProxyMetrics } from './metrics.ts'
import { skeleton, type TableOptions } from './table.ts'
import { difference, type Tally, tallyOf } from './tally.ts'
import type { Wanted } from './wanted.ts'

export interface ApplierOptions {
  readonly clock: Clock
  readonly log: Log
  /** One of each family, all of one name. */
  readonly tables: readonly TableOptions[]
  readonly wanted: Wanted
  readonly metrics: ProxyMetrics
  /** Brings `wanted` up to date; called at the begin of each run, so that many changes are looked at once. */
  readonly prepare: () => void
  /** Runs an nft script. Throws when it was refused; nothing of it has been applied then. */
  readonly nft: (script: string) => Promise<string>
  /** Called when what is wanted is in the kernel. */
  readonly applied?: (changes: readonly EntryChange[]) => Promise<void>
  /** Told of the first of several failures in a row. */
  readonly failed?: (error: Error) => void
}
/** What the proxy has done so far. */
export interface Figures {
  /** Runs of nft that changed something. */
  runs: number
  /** Bytes of the scripts given to nft. */
  bytes: number
  /** Of the last run, from looking at what changed until it is in the kernel. */
  lastRunMs: number
  /** How often a table that somebody else had changed was put back. */
  repairs: number
  /** How often all that stands in the tables was counted. */
  counts: number
}

/** nft rests twice as long as it ran, so that endpoints which flap all the time take a third of a processor; after a long run no change waits long. */
const REST = { leastMs: 5, perRun: 2, mostMs: 100 }
const RETRY = { firstMs: 200, maxMs: 30_000 }

export class Applier implements AsyncDisposable {
  readonly figures: Figures = { runs: 0, bytes: 0, lastRunMs: 0, repairs: 0, counts: 0 }
  readonly #options: ApplierOptions
  readonly #applied = new Map<string, string>()
  readonly #chains = new Set<string>()
  readonly #stop = new AbortController()
  /** Whether what is in the kernel is not known, so that all of it must be put there anew. */
  #mustReplace = true
  #wake: (() => void) | undefined
  #isAsked = false
  #isRunning = false
  readonly #run: Promise<void>
  #becomeReady: () => void = () => undefined
  /** Resolves when the tables are in place for the first time. */
  readonly ready = new Promise<void>(resolve => (this.#becomeReady = resolve))

  constructor(options: ApplierOptions) {
    this.#options = options
    this.#run = this.#work()
  }

  /** Asks for a run: at once, unless one is going on or nft rests. */
  ask(): void {
    this.#isAsked = true
    this.#options.metrics.queued(this.#options.clock.now())
    this.#wake?.()
  }
  /** Puts everything into the kernel anew, which somebody else has changed. */
  repair(): void {
    this.figures.repairs++
    this.replace()
  }
  /** Puts everything into the kernel anew, since what is there is not known. */
  replace(): void {
    this.#mustReplace = true
    this.ask()
  }
  /** Whether all that was brought into the kernel is there, unless somebody else has changed it. */
  get isSettled(): boolean {
    return !this.#mustReplace && !this.#isRunning
  }
  /** What of the kernel's things is not as many as it should be. */
  missed(found: Tally): string | undefined {
    this.figures.counts++
    return difference(tallyOf(this.#options.tables, this.#applied, this.#chains), found)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#wake?.()
    await this.#run
  }

  async #work(): Promise<void> {
    const { clock, log, metrics } = this.#options
    const { signal } = this.#stop
    let failures = 0
    while (!signal.aborted) {
      if (!this.#isAsked) await new Promise<void>(resolve => (this.#wake = resolve))
      if (signal.aborted) return
      this.#isAsked = false
      const begun = clock.now()
      const isWhole = this.#mustReplace
      metrics.begun()
      try {
        const changes = await this.#apply()
        if (failures) log.info({}, 'service rules are in place again')
        failures = 0
        this.figures.lastRunMs = clock.now() - begun
        metrics.synced({ begunAt: begun, now: clock.now(), isWhole })
        this.#becomeReady()
        await this.#options.applied?.(changes)
        await wait(clock, Math.min(REST.mostMs, Math.max(REST.leastMs, REST.perRun * this.figures.lastRunMs)), signal)
      } catch (error) {
        this.#mustReplace = true
        this.#isAsked = true
        metrics.failed()
        if (failures === 0) this.#options.failed?.(error as Error)
        const retryInMs = backoffMs(failures++, RETRY)
        log.warn({ error, retryInMs }, 'service rules are not in place, trying again')
        await wait(clock, retryInMs, signal)
      }
    }
  }

  async #apply(): Promise<readonly EntryChange[]> {
    const { wanted, tables, nft, prepare } = this.#options
    prepare()
    const changed = wanted.takeChanged()
    const isWhole = this.#mustReplace
    if (isWhole) {
      this.#applied.clear()
      this.#chains.clear()
    }
    const changes = isWhole ? [...wanted.all()].map(([id, after]) => ({ id, before: undefined, after })) : this.#changesAmong(changed)
    const script = changeScript(changes, { table: tables[0]?.name ?? '', chains: this.#chains })
    const text = (isWhole ? tables.map(skeleton).join('') : '') + script.text
    if (text === '') return []
    this.figures.bytes += Buffer.byteLength(text)
    this.#isRunning = true
    await nft(text).finally(() => (this.#isRunning = false))
    this.#mustReplace = false
    this.figures.runs++
    for (const chain of script.chains) this.#chains.add(chain)
    for (const { id, after } of changes)
      if (after === undefined) this.#applied.delete(id)
      else this.#applied.set(id, after)
    return changes
  }
  #changesAmong(ids: ReadonlySet<string>): readonly EntryChange[] {
    return [...ids]
      .map(id => ({ id, before: this.#applied.get(id), after: this.#options.wanted.get(id) }))
      .filter(({ before, after }) => before !== after)
  }
}
