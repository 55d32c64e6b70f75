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

/** Why a container does not run: what its status says, and no event, as output may hold secrets. */
export function hookFailure(
  { exec, httpGet }: LifecycleHandler,
  { output, error = output }: Outcome,
  { container, pod }: { readonly container: string; readonly pod: string },
): string {
  const hook = exec ? `Exec lifecycle hook ([${exec.command?.join(' ') ?? ''}])` : `HTTP lifecycle hook (${httpGet?.path ?? ''})`
  const message = exec ? `, message: ${JSON.stringify(error === output ? '' : output)}` : ''
  return `${hook} for Container ${JSON.stringify(container)} in Pod ${JSON.stringify(pod)} failed - error: ${error}${message}`
}
