/** Stops one container: preStop hook, signal, and after its grace the kill. */
import type { Clock } from '#base/clock.ts'
import { isGrpcError } from '#base/grpc/client.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { LifecycleHandler } from '#kinds/core/probe.ts'
import type { Target } from '../probes/actions.ts'
import type { Runtime } from '../runtime/cri/client.ts'
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

export async function stopContainer({ pod, container, spec, ip, graceSeconds, message, signal }: Stop, context: PodContext): Promise<void> {
  const { runtime, clock } = context
  const record = recordOf(context, pod)
  record('Normal', 'Killing', message, container.name)
  const hook = container.phase === 'running' ? spec?.lifecycle?.preStop : undefined
  const end = { target: { runtime, containerId: container.id, container: spec ?? {}, ip }, hook, graceSeconds, signal }
  await endContainer(end, { clock, hookFailed: () => record('Warning', 'FailedPreStopHook', `PreStopHook failed`, container.name) })
}

/** After its hook a container always has this long to react to the signal. Upstream: minimumGracePeriodInSeconds. */
const GRACE_AFTER_HOOK_SECONDS = 2

export interface End {
  readonly target: Target
  /** What it wants done before it is told to end. */
  readonly hook: LifecycleHandler | undefined
  /** For hook and end together. */
  readonly graceSeconds: number
  readonly signal: AbortSignal
}
/** Resolves when it has ended, or when `signal` aborts. */
export async function endContainer(
  { target, hook, graceSeconds, signal }: End,
  { clock, hookFailed }: { readonly clock: Clock; readonly hookFailed: () => void },
): Promise<void> {
  const { runtime, containerId } = target
  let timeout = graceSeconds
  if (hook && graceSeconds > 0) {
    const began = clock.now()
    const limit = new AbortController()
    using _timer = clock.after(graceSeconds * 1000, () => limit.abort())
    const outcome = await runHook(hook, target, { clock, signal: AbortSignal.any([signal, limit.signal]), timeoutMs: graceSeconds * 1000 })
    if (!outcome.isSuccess) hookFailed()
    const tookSeconds = Math.max(0, clock.now() - began) / 1000
    timeout = Math.max(GRACE_AFTER_HOOK_SECONDS, Math.ceil(graceSeconds - tookSeconds))
  }
  if (signal.aborted) return
  await killContainer({ runtime }, { id: containerId, graceSeconds: timeout, signal })
}

export interface Kill {
  readonly id: string
  readonly graceSeconds: number
  readonly signal?: AbortSignal
}
/** Sends the stop signal, and after the grace the kill; a container that is gone already is stopped. Throws AbortError when `signal` aborts. */
export async function killContainer({ runtime }: { readonly runtime: Runtime }, { id, graceSeconds, signal }: Kill): Promise<void> {
  try {
    await runtime.stopContainer({ containerId: id, timeout: graceSeconds }, { ...(signal && { signal }) })
  } catch (error) {
    if (!isGrpcError(error, 'NOT_FOUND')) throw error
  }
}

/** Ends containers at once, without hook and grace, as their pod goes on and starts them anew. KEP-5532. */
export async function killContainers(pod: Pod, containers: readonly ObservedContainer[], context: PodContext): Promise<void> {
  for (const { name } of containers)
    recordOf(context, pod)('Normal', 'Killing', `Stopping container ${name}: all containers of the pod are restarted`, name)
  await Promise.all(containers.map(({ id }) => killContainer(context, { id, graceSeconds: 0 })))
}
