/** What a worker remembers of its pod's containers beyond what the runtime tells: why they could not start, how often they crashed, which began anew. */
import type { Pod } from '#kinds/core/pod.ts'
import type { ObservedContainer } from './observed.ts'
import { longer, type Pause } from './restart.ts'
import type { Memory, Trouble } from './sight.ts'

interface Crash {
  readonly name: string
  readonly finishedAt: number
}
interface Times {
  readonly now: number
  /** Pauses become no longer than this. */
  readonly maxMs: number
}

export class ContainerMemory {
  readonly #troubles = new Map<string, Trouble>()
  readonly #crashes = new Map<string, Pause>()
  readonly #startingIds = new Set<string>()
  #isRestartingAll: boolean
  readonly #reset = new Map<string, ObservedContainer>()
  readonly #begunAnew = new Set<string>()
  readonly #anew = new Set<string>()

  constructor({ status }: Pod) {
    // What this process's predecessor had begun is gone on with.
    this.#isRestartingAll = (status.conditions ?? []).some(({ type, status }) => type === 'AllContainersRestarting' && status === 'True')
  }

  get told(): Pick<Memory, 'troubles' | 'crashes' | 'isRestartingAll' | 'reset' | 'begunAnew' | 'anew' | 'isStarting'> {
    return {
      troubles: this.#troubles,
      crashes: this.#crashes,
      isRestartingAll: this.#isRestartingAll,
      reset: this.#reset,
      begunAnew: this.#begunAnew,
      anew: this.#anew,
      isStarting: id => this.#startingIds.has(id),
    }
  }

  /** Makes the pause before its next start longer. Gives what takes that back, where it proves to be no crash of the container's. */
  crashed({ name, finishedAt }: Crash, { now, maxMs }: Times): () => void {
    const before = this.#crashes.get(name)
    this.#crashes.set(name, longer(before, { since: finishedAt, now, maxMs }))
    return () => {
      if (before) this.#crashes.set(name, before)
      else this.#crashes.delete(name)
    }
  }
  /** Its postStart hook may still run. */
  made(name: string, id: string, hasHook: boolean): void {
    if (this.#reset.delete(name)) this.#begunAnew.add(id)
    if (hasHook) this.#startingIds.add(id)
  }
  started(name: string): void {
    this.#troubles.delete(name)
  }
  failed(name: string, trouble: Trouble): void {
    this.#troubles.set(name, trouble)
  }
  /** Nothing of its start is under way any more. */
  settled(id: string): void {
    this.#startingIds.delete(id)
  }
  /** It is stopped only to begin anew. */
  stopsAnew(id: string): void {
    this.#anew.add(id)
  }
  restartsAll(is: boolean): void {
    this.#isRestartingAll = is
  }
  /** The newest come first, and are those that are told. */
  removed(containers: readonly ObservedContainer[]): void {
    for (const container of containers.toReversed()) this.#reset.set(container.name, container)
  }

  /** Those that could not be configured may now find what they name. */
  sourcesChanged(): void {
    for (const [name, trouble] of this.#troubles)
      if (trouble.reason === 'CreateContainerConfigError') this.#troubles.set(name, { ...trouble, retryAt: 0 })
  }
  /** Times to come that were set by the clock as it was would be waited for too long. */
  clockSetBack(now: number): void {
    for (const [name, trouble] of this.#troubles)
      this.#troubles.set(name, { ...trouble, retryAt: now, ...(trouble.until !== undefined && { until: now }) })
  }
}
