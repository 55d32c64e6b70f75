/** Stops all containers of a pod, in their order. */
import { isSidecar } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodContext } from './context.ts'
import type { ObservedContainer, ObservedPod } from './observed.ts'
import { allContainers } from './sight.ts'
import { killContainer, stopContainer } from './stop-container.ts'
import { stopInOrder } from './stop-order.ts'

export interface StopAll {
  readonly pod: Pod
  readonly observed: ObservedPod
  readonly graceSeconds: number
  /** Aborts when less grace is given: the caller then asks again, with less. */
  readonly hurry: AbortSignal
}

export async function stopAll({ pod, observed, graceSeconds, hurry }: StopAll, context: PodContext): Promise<void> {
  const { clock } = context
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name)
  const containers = observed.containers.filter(({ phase }) => phase === 'running' || phase === 'unknown')
  const sidecarRank = ({ name }: ObservedContainer) => (sidecars.includes(name) ? sidecars.indexOf(name) : undefined)
  const stop = (container: ObservedContainer, seconds: number) => {
    const spec = allContainers(pod).find(({ name }) => name === container.name)
    const ip = observed.sandboxes[0]?.ips[0] ?? ''
    const message = `Stopping container ${container.name}`
    return stopContainer({ pod, container, spec, ip, graceSeconds: seconds, message, signal: hurry }, context)
  }
  const hurried = new Promise<void>(resolve => {
    if (hurry.aborted) resolve()
    else hurry.addEventListener('abort', () => resolve(), { once: true })
  })
  // Without grace nothing is asked any more: all are killed at once.
  if (graceSeconds === 0) await Promise.all(containers.map(({ id }) => killContainer(context, { id, graceSeconds: 0 })))
  else await Promise.race([stopInOrder({ containers, sidecarRank, graceSeconds, clock }, stop), hurried])
}
