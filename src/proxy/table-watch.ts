/** Looks whether the tables are still as they should be: others may flush, delete or change what is not theirs. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Applier } from './applier.ts'
import type { Kernel } from './kernel.ts'

export interface TableWatchOptions {
  readonly clock: Clock
  readonly log: Log
  readonly kernel: Kernel
  readonly applier: Applier
  /** How often it is asked whether the tables are there; default 10 s. */
  readonly checkEveryMs?: number | undefined
  /** How often all that stands in them is counted; default 60 s, and less often where it takes long. */
  readonly countEveryMs?: number | undefined
  /** Told what somebody else has done, before it is put right. */
  readonly changed: (what: string) => void
  readonly signal: AbortSignal
}
const CHECK_EVERY_MS = 10_000
/** It takes milliseconds where there are hundreds of services; where there are tens of thousands it may take a five-hundredth of the time. */
const COUNT = { everyMs: 60_000, perRun: 500 }

/** Resolves when `signal` aborts. */
export async function watchTables(options: TableWatchOptions): Promise<void> {
  const { clock, log, kernel, applier, checkEveryMs = CHECK_EVERY_MS, countEveryMs, changed, signal } = options
  await Promise.race([applier.ready, aborted(signal)])
  for (let countAt = clock.now() + (countEveryMs ?? COUNT.everyMs); ; ) {
    await wait(clock, checkEveryMs, signal)
    if (signal.aborted) return
    // What is being written, or cannot be written, is seen to already; a look that it overtook tells nothing.
    const { runs } = applier.figures
    if (!applier.isSettled) continue
    const isOvertaken = () => !applier.isSettled || applier.figures.runs !== runs
    const begun = clock.now()
    const isDue = begun >= countAt
    try {
      const isThere = await kernel.isThere()
      const found = isThere && isDue ? await kernel.tally() : undefined
      if (isOvertaken()) continue
      const change = isThere ? found && applier.missed(found) : 'it is gone, or empty'
      if (isDue) countAt = clock.now() + (countEveryMs ?? Math.max(COUNT.everyMs, COUNT.perRun * (clock.now() - begun)))
      if (!change) continue
      changed(change)
      applier.repair()
    } catch (error) {
      // Nobody can tell now what is there; putting it there anew says so, again and again until it can be done.
      log.debug({ error }, 'cannot look at the table of service rules')
      applier.replace()
    }
  }
}
const aborted = (signal: AbortSignal) => new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
