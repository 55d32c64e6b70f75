/** What a container wants done after its start and before its end. */
import { type Clock, wait } from '#base/clock.ts'
import type { LifecycleHandler } from '#kinds/core/probe.ts'
import { act, type Outcome, type Target } from '../probes/actions.ts'

/** A hook that nothing else limits; postStart hooks have no time limit of their own. */
const HOOK_MAX_MS = 3_600_000

/** Runs a hook until it ends, or until `signal` aborts. */
export async function runHook(
  { exec, httpGet, tcpSocket, sleep }: LifecycleHandler,
  target: Target,
  { clock, signal, timeoutMs = HOOK_MAX_MS }: { readonly clock: Clock; readonly signal: AbortSignal; readonly timeoutMs?: number },
): Promise<Outcome> {
  if (sleep) {
    await wait(clock, sleep.seconds * 1000, signal)
    return { isSuccess: true, output: '' }
  }
  const aborted = new Promise<Outcome>(resolve => {
    const end = () => resolve({ isSuccess: false, output: 'context canceled' })
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
  return Promise.race([act({ exec, httpGet, tcpSocket }, target, timeoutMs), aborted])
}
