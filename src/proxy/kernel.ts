/** What the proxy does with the kernel, through nft and conntrack. */
import { networkInterfaces } from 'node:os'
import type { Log } from '#base/log.ts'
import { ProgramFailed, run } from '#base/processes.ts'
import { endingCommands, staleFlows } from './flows.ts'
import type { EntryChange } from './script.ts'
import { probe, probeErrors, type TableOptions } from './table.ts'

/** So that messages are those that are looked for. */
const ENVIRONMENT = { LC_ALL: 'C' }
const CURE = '"./knarr doctor" tells what is missing'

export class Kernel {
  readonly #log: Log
  readonly #tables: readonly TableOptions[]
  #hasConntrack = true

  constructor({ log, tables }: { readonly log: Log; readonly tables: readonly TableOptions[] }) {
    this.#log = log
    this.#tables = tables
  }

  /** Applies a script as a whole. Throws when it was refused, or when there is no nft. */
  async apply(script: string): Promise<string> {
    try {
      return await run(['nft', '-f', '-'], { input: Buffer.from(script), env: ENVIRONMENT })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(`run nft: it is not installed; ${CURE}`, { cause: error })
      throw error
    }
  }

  /** Whether the tables still have their rules and elements. */
  async isWhole(): Promise<boolean> {
    try {
      await this.apply(probe(this.#tables))
      return false
    } catch (error) {
      // Without nft nobody can tell; putting the tables back will say so.
      if (!(error instanceof ProgramFailed)) return false
      return (error.stderr.match(/resource busy/gi) ?? []).length === probeErrors(this.#tables)
    }
  }

  /** Ends flows that lead where nobody serves any more. */
  async endFlows(changes: readonly EntryChange[]): Promise<void> {
    const own = Object.values(networkInterfaces()).flatMap(addresses =>
      (addresses ?? []).map(({ address, family }) => ({ address, family })),
    )
    for (const flow of staleFlows(changes)) {
      const addresses = own.filter(({ family }) => (family === 'IPv6') === (flow.family === 'ip6')).map(({ address }) => address)
      for (const command of endingCommands(flow, addresses)) await this.#conntrack(command)
    }
  }
  async #conntrack(command: readonly string[]): Promise<void> {
    if (!this.#hasConntrack) return
    try {
      await run(command, { env: ENVIRONMENT })
    } catch (error) {
      // So it ends when there was no such flow.
      if (error instanceof ProgramFailed && /\b0 flow entries/.test(error.stderr)) return
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#hasConntrack = false
      this.#log.warn({ error }, `clients over UDP may go on sending to pods that are gone; ${CURE}`)
    }
  }
}
