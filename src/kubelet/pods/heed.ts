/** Heeds the running containers of a pod: a prober for each, as long as it runs. */
import type { Pod } from '#kinds/core/pod.ts'
import { Prober } from '../probes/prober.ts'
import { type PodContext, recordOf } from './context.ts'
import { type ObservedPod, readySandbox } from './observed.ts'
import type { Health } from './sight.ts'

const CAPITAL = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const
const NOT_SEEN: Health = { isStarted: false, isReady: false }

export class Heed implements Disposable {
  readonly #context: PodContext
  readonly #changed: () => void
  readonly #probers = new Map<string, Prober>()

  constructor(context: PodContext, changed: () => void) {
    this.#context = context
    this.#changed = changed
  }

  health(containerId: string): Health {
    return this.#probers.get(containerId)?.health ?? NOT_SEEN
  }

  /** Begins with containers that have started, ends with those that have not or no longer run. Of a pod that ends only the readiness matters. */
  look(pod: Pod, observed: ObservedPod, isEnding: boolean): void {
    const { runtime, clock, node } = this.#context
    const ip = (pod.spec.hostNetwork ? node.hostIPs : readySandbox(observed)?.ips)?.[0] ?? ''
    const running = observed.containers.filter(({ phase }) => phase === 'running')
    for (const [id, prober] of this.#probers) {
      if (isEnding) prober.askForReadinessOnly()
      if (running.some(container => container.id === id)) continue
      prober[Symbol.dispose]()
      this.#probers.delete(id)
    }
    const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
    for (const { id, name, startedAt } of running) {
      if (this.#probers.has(id)) continue
      const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(one => one.name === name)
      if (!container) continue
      // A container that ran before this process did keeps what was known of it until its probes say otherwise.
      const known = statuses.find(({ containerID }) => containerID === `containerd://${id}`)
      const prober = new Prober({
        clock,
        container,
        target: { runtime, containerId: id, container, ip },
        startedAt,
        ...(known && { known: { isReady: known.ready, isStarted: known.started ?? false } }),
        changed: this.#changed,
        told: (probe, { output, isWarning, isUnknown }) => {
          const what = isWarning ? 'warning' : isUnknown ? 'errored and resulted in unknown state' : 'failed'
          const message = `${CAPITAL[probe]} probe ${what}: ${output}`
          recordOf(this.#context, pod)('Warning', isWarning ? 'ProbeWarning' : 'Unhealthy', message, name)
        },
      })
      this.#probers.set(id, prober)
    }
  }

  [Symbol.dispose](): void {
    for (const prober of this.#probers.values()) prober[Symbol.dispose]()
    this.#probers.clear()
  }
}
