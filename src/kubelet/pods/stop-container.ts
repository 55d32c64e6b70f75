/** Stops one container: preStop hook, signal, and after its grace the kill. */
import { isGrpcError } from '#base/grpc/client.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type PodContext, recordOf } from './context.ts'
import { runHook } from './hooks.ts'
import type { ObservedContainer } from './observed.ts'

export interface Stop {
  readonly pod: Pod
  readonly container: ObservedContainer
  /** As the pod's spec has it; undefined when it is no longer there. */
  readonly spec: Container | undefined
  readonly ip: string
  readonly graceSeconds: number
  readonly message: string
  /** Ends the waiting for hook and container: the container may live on, its kill is then asked for anew. */
  readonly signal: AbortSignal
}
/** After its hook a container always has this long to react to the signal. Upstream: minimumGracePeriodInSeconds. */
const GRACE_AFTER_HOOK_SECONDS = 2

export async function stopContainer({ pod, container, spec, ip, graceSeconds, message, signal }: Stop, context: PodContext): Promise<void> {
  const { runtime, clock } = context
  const record = recordOf(context, pod)
  record('Normal', 'Killing', message, container.name)
  let timeout = graceSeconds
  const hook = spec?.lifecycle?.preStop
  if (hook && spec && graceSeconds > 0 && container.phase === 'running') {
    const began = clock.now()
    const limit = new AbortController()
    using _timer = clock.after(graceSeconds * 1000, () => limit.abort())
    const target = { runtime, containerId: container.id, container: spec, ip }
    const outcome = await runHook(hook, target, { clock, signal: AbortSignal.any([signal, limit.signal]), timeoutMs: graceSeconds * 1000 })
    if (!outcome.isSuccess) record('Warning', 'FailedPreStopHook', `PreStopHook failed`, container.name)
    timeout = Math.max(GRACE_AFTER_HOOK_SECONDS, Math.ceil(graceSeconds - (clock.now() - began) / 1000))
  }
  if (signal.aborted) return
  await killContainer(context, { id: container.id, graceSeconds: timeout, signal })
}

export interface Kill {
  readonly id: string
  readonly graceSeconds: number
  readonly signal?: AbortSignal
}
/** Sends the stop signal, and after the grace the kill; a container that is gone already is stopped. Throws AbortError when `signal` aborts. */
export async function killContainer({ runtime }: Pick<PodContext, 'runtime'>, { id, graceSeconds, signal }: Kill): Promise<void> {
  try {
    await runtime.stopContainer({ containerId: id, timeout: graceSeconds }, { ...(signal && { signal }) })
  } catch (error) {
    if (!isGrpcError(error, 'NOT_FOUND')) throw error
  }
}
