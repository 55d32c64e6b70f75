/** Stops all containers of a pod: regular ones together, then sidecars one after the other, last first (KEP-753). */
import { isSidecar } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodContext } from './context.ts'
import type { ObservedContainer, ObservedPod } from './observed.ts'
import { allContainers } from './sight.ts'
import { killContainer, stopContainer } from './stop-container.ts'

export interface StopAll {
  readonly pod: Pod
  readonly observed: ObservedPod
  readonly graceSeconds: number
  /** Aborts when less grace is given: the caller then asks again, with less. */
  readonly hurry: AbortSignal
}

export async function stopAll({ pod, observed, graceSeconds, hurry }: StopAll, context: PodContext): Promise<void> {
  const { clock } = context
  const deadline = clock.now() + graceSeconds * 1000
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name)
  const alive = observed.containers.filter(({ phase }) => phase === 'running' || phase === 'unknown')
  const isLate = ({ name }: ObservedContainer) => sidecars.includes(name)
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
  const inOrder = async () => {
    await Promise.all(alive.filter(container => !isLate(container)).map(container => stop(container, graceSeconds)))
    const late = alive.filter(isLate).toSorted((a, b) => sidecars.indexOf(b.name) - sidecars.indexOf(a.name))
    for (const container of late) await stop(container, Math.max(0, Math.ceil((deadline - clock.now()) / 1000)))
  }
  // Without grace nothing is asked any more: all are killed at once.
  if (graceSeconds === 0) await Promise.all(alive.map(({ id }) => killContainer(context, { id, graceSeconds: 0 })))
  else await Promise.race([inOrder(), hurried])
}
