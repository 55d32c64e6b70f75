/** Waits for what comes about by itself: asks again and again until a check passes, or the deadline is over. */
import { setTimeout as pause } from 'node:timers/promises'

/** Short enough that a test loses little, long enough to leave the machine to the others. */
const EVERY_MS = 20
/** Controllers act within milliseconds; this much only a machine under heavy load needs. */
const TIMEOUT_MS = 60_000

/** What `check` gives once it no longer throws. Throws its last failure when the deadline is over. */
export async function eventually<T>(check: () => Promise<T> | T, { timeoutMs = TIMEOUT_MS } = {}): Promise<T> {
  const end = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await pause(EVERY_MS)
  }
}
