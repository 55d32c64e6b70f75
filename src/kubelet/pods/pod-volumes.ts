/** The volumes of one pod, and the objects that it names: mounted, brought up to date as those change, and taken away. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type PodSources, SourcesLate } from '../sources.ts'
import { MountFailed } from '../volumes/volumes.ts'
import { type PodContext, recordOf } from './context.ts'
import { readySandbox } from './observed.ts'

/** A claim that is bound, a path that is made: nothing tells of them, so it is looked again soon. */
const RETRY_FIRST_MS = 500
const RETRY_MAX_MS = 2_000

export interface PodVolumesOptions {
  readonly context: PodContext
  /** Its newest version. */
  readonly pod: () => Pod
  /** An object that the pod names has changed. */
  readonly changed: () => void
  /** Whether nothing is brought up to date any more. */
  readonly isOver: () => boolean
}

export class PodVolumes implements AsyncDisposable {
  readonly sources: PodSources
  readonly #options: PodVolumesOptions
  #areMounted: boolean
  #retryAt = 0
  #failures = 0
  #refreshing: Promise<void> = Promise.resolve()

  constructor(options: PodVolumesOptions) {
    this.#options = options
    const pod = options.pod()
    // What a process that ended too early has left of a pod that is over.
    this.#areMounted = isTerminal(pod) && existsSync(join(options.context.volumes.podFolder(pod), 'volumes'))
    this.sources = options.context.sources.use(pod, () => {
      this.#retryAt = 0
      void this.refresh()
      options.changed()
    })
  }

  get areMounted(): boolean {
    return this.#areMounted
  }
  /** Not before this time is it tried again. */
  get retryAt(): number {
    return this.#retryAt
  }
  retryNow(): void {
    this.#retryAt = 0
  }

  async mount(): Promise<void> {
    const { volumes, clock } = this.#options.context
    try {
      await this.sources.ready()
      await volumes.mount(this.#view())
      this.#areMounted = true
      this.#failures = 0
    } catch (error) {
      if (!(error instanceof SourcesLate)) this.#tell(error)
      else recordOf(this.#options.context, this.#options.pod())('Warning', 'FailedMount', error.message)
      this.#retryAt = clock.now() + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#failures++)
    }
  }
  /** One after the other, so that no two write the same files. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(async () => {
      if (!this.#areMounted || this.#options.isOver()) return
      try {
        await this.#options.context.volumes.mount(this.#view())
      } catch (error) {
        this.#tell(error)
      }
    })
    return this.#refreshing
  }
  async unmount(): Promise<void> {
    const { context, pod } = this.#options
    await this.#refreshing
    await context.volumes.unmount(pod())
    context.tokens.forget(pod())
    this.#areMounted = false
  }
  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever removes the pod's folder next must not meet a writer in it.
    await this.#refreshing
    await this.#options.context.sources.release(this.#options.pod())
  }

  /** Throws what is no failure of a volume. */
  #tell(error: unknown): void {
    if (!(error instanceof MountFailed)) throw error
    recordOf(this.#options.context, this.#options.pod())('Warning', 'FailedMount', error.message)
  }
  #view() {
    const { node, observer } = this.#options.context
    const pod = this.#options.pod()
    const observed = observer.pods.get(pod.metadata.uid ?? '')
    const podIPs = pod.spec.hostNetwork ? node.hostIPs : ((observed && readySandbox(observed)?.ips) ?? [])
    return { pod, sources: this.sources, place: { podIPs, hostIPs: node.hostIPs, allocatable: node.allocatable } }
  }
}
