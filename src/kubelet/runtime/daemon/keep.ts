/** Keeps the daemon alive: starts it again when it has died, as the machine does it with its own services. */
import { wait } from '#base/clock.ts'
import { type Daemon, type DaemonOptions, findDaemon, startDaemon } from './daemon.ts'
import { removeOrphanTasks } from './orphan-tasks.ts'

/** Containers live on without it, but nobody looks after them. */
const LOOK_MS = 1_000
/** One that does not come up, for want of disk say, is not tried without end at the same pace. */
const RETRY_MS = 10_000

/** What a daemon that died has left comes to light bit by bit. */
const SWEEP_MS = 15_000

/** Until it is disposed; then the daemon is left as it is. */
export function keepDaemon(options: DaemonOptions, daemon: Daemon): AsyncDisposable {
  const stop = new AbortController()
  const run = keep(options, daemon, stop.signal)
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort()
      return run
    },
  }
}

async function keep(options: DaemonOptions, first: Daemon, signal: AbortSignal): Promise<void> {
  const { clock, log, folder } = options
  let daemon = first
  for (let looks = 1; ; looks++) {
    await wait(clock, LOOK_MS, signal)
    if (signal.aborted) return
    try {
      if (findDaemon(folder) === undefined) {
        log.warn({ folder }, 'containerd has ended, starting it again')
        daemon = await startDaemon(options)
      } else if (looks % (SWEEP_MS / LOOK_MS) === 0) await removeOrphanTasks({ ...options, ...daemon })
    } catch (error) {
      log.error({ error, folder }, 'cannot keep containerd going, trying again')
      await wait(clock, RETRY_MS, signal)
    }
  }
}
