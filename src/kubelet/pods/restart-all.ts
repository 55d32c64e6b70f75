/** Whether a container's exit restarts its whole pod, in the sandbox that it has. Pure. KEP-5532. */
import { containers } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { latest, type ObservedContainer, type ObservedPod } from './observed.ts'
import { endOfPause, ruleFor } from './restart.ts'
import type { Sight } from './sight.ts'

/** The container that has ended so that all are to be restarted. */
export function trigger(pod: Pod, observed: ObservedPod): ObservedContainer | undefined {
  for (const container of containers(pod.spec)) {
    const ended = latest(observed, container.name)
    if (ended?.phase === 'exited' && ruleFor(container, ended)?.action === 'RestartAllContainers') return ended
  }
  return undefined
}

export type RestartAllStep =
  /** From now on all of the pod's containers make room. */
  | { readonly do: 'restartAll'; readonly container: ObservedContainer }
  | { readonly do: 'killContainers' | 'removeContainers'; readonly containers: readonly ObservedContainer[] }
  /** Nothing is left of them: the pod begins again. */
  | { readonly do: 'beginAnew' }

/** Undefined when nothing is to be restarted as a whole, or not yet: the pauses after crashes hold for it, too, in which the others go on. */
export function restartAllStep({ pod, observed, memory, now }: Sight): RestartAllStep | undefined {
  if (memory.isRestartingAll) {
    const names = new Set(containers(pod.spec).map(({ name }) => name))
    const alive = observed.containers.filter(({ phase }) => phase !== 'exited')
    if (alive.length) return { do: 'killContainers', containers: alive }
    // Ephemeral containers are not started again.
    const ended = observed.containers.filter(({ name }) => names.has(name))
    return ended.length ? { do: 'removeContainers', containers: ended } : { do: 'beginAnew' }
  }
  const container = trigger(pod, observed)
  if (!container) return undefined
  const until = endOfPause(memory.crashes.get(container.name), container.finishedAt, now)
  return until === undefined || now >= until ? { do: 'restartAll', container } : undefined
}
