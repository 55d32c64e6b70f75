/** What the proxy does with the kernel, through nft and conntrack. */
import { networkInterfaces } from 'node:os'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { nft } from '#base/nft.ts'
import { ProgramFailed, run } from '#base/processes.ts'
import { type Destinations, ending, type Flow, listedFlows, listing, staleFlows } from './flows.ts'
import type { ProxyMetrics } from './metrics.ts'
import { probe, probeErrors, type TableOptions } from './table.ts'
import { type Tally, tallyIn } from './tally.ts'

/** So that messages are those that are looked for. */
const ENVIRONMENT = { LC_ALL: 'C' }
/** Among a million flows it takes about a second. */
const CONNTRACK_MAX_MS = 10_000
const IS_GONE = /no such file/gi
const CURE = '"./knarr doctor" tells what is missing'

export interface KernelOptions {
  readonly clock: Clock
  readonly log: Log
  readonly tables: readonly TableOptions[]
  readonly metrics: Pick<ProxyMetrics, 'flowsEnded'>
  /** How long nft may take. */
  readonly nftMaxMs?: number | undefined
}
export class Kernel {
  readonly #options: KernelOptions
  #hasConntrack = true

  constructor(options: KernelOptions) {
    this.#options = options
  }

  /** Applies a script as a whole. Throws when it was refused, or when there is no nft, or one that hangs. */
  apply(script: string): Promise<string> {
    return nft([], { script, ...this.#limit })
  }
  get #limit() {
    const { nftMaxMs: maxMs } = this.#options
    return { ...(maxMs !== undefined && { maxMs }) }
  }

  /** Whether the tables are there, with some of their rules and elements: a quick look. Throws when nft cannot tell. */
  async isThere(): Promise<boolean> {
    const { tables } = this.#options
    try {
      await this.apply(probe(tables))
      return false
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error
      const missing = (error.stderr.match(IS_GONE) ?? []).length
      const busy = (error.stderr.match(/resource busy/gi) ?? []).length
      if (missing + busy === 0) throw error
      return busy === probeErrors(tables)
    }
  }
  /** How much stands in the tables: costs the more the larger they are. Throws when nft cannot tell. */
  async tally(): Promise<Tally> {
    const tallies = new Map<string, number>()
    for (const { family, name } of this.#options.tables)
      for (const [block, count] of tallyIn(await this.#listing(`${family.name} ${name}`))) tallies.set(block, count)
    return tallies
  }
  async #listing(table: string): Promise<string> {
    try {
      return await nft(['list', 'table', table], this.#limit)
    } catch (error) {
      if (error instanceof ProgramFailed && error.stderr.match(IS_GONE)) return ''
      throw error
    }
  }

  /** Ends flows of UDP that lead where nobody serves any more. */
  async endFlows(destinations: Destinations): Promise<void> {
    const { tables, clock, metrics } = this.#options
    const links = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
    const own = new Set(links.flatMap(({ internal, address }) => (internal ? [] : address)))
    for (const { family } of tables) {
      const begunAt = clock.now()
      const stale = staleFlows(await this.#conntrack(listing(family)), { family, destinations, own })
      let ended = 0
      for (const flow of stale) ended += (await this.#conntrack(ending(family, flow))).length
      metrics.flowsEnded(family, { durationMs: clock.now() - begunAt, ended })
    }
  }
  /** The flows that it writes. */
  async #conntrack(command: readonly string[]): Promise<readonly Flow[]> {
    if (!this.#hasConntrack) return []
    try {
      return listedFlows(await run(command, { env: ENVIRONMENT, signal: AbortSignal.timeout(CONNTRACK_MAX_MS) }))
    } catch (error) {
      // So it ends when there was no such flow any more.
      if (error instanceof ProgramFailed && /\b0 flow entries/.test(error.stderr)) return []
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#hasConntrack = false
      this.#options.log.warn({ error }, `clients over UDP may go on sending to pods that are gone; ${CURE}`)
      return []
    }
  }
}
