/** The volumes of one pod, and the objects that it names: mounted, brought up to date as those change, and taken away. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type PodSources, SourcesLate } from '../sources.ts'
import { MountFailed } from '../volumes/volumes.ts'
import { Attempts } from './attempts.ts'
import { type PodContext, recordOf } from './context.ts'
import { readySandbox } from './observed.ts'

/** A claim that is bound, a path that is made: nothing tells of them, so it is looked again soon. */
const RETRY = { firstMs: 500, maxMs: 2_000 }
/** It is told as seldom as upstream's kubelet tries: a pod's events are few, and others are to be told too. */
const TELL = { firstMs: 500, maxMs: 122_000 }

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
  readonly #attempts = new Attempts(RETRY)
  readonly #reports = new Attempts(TELL)
  #reported = ''
  #refreshing: Promise<void> = Promise.resolve()

  constructor(options: PodVolumesOptions) {
    this.#options = options
    const pod = options.pod()
    // What a process that ended too early has left of a pod that is over.
    this.#areMounted = isTerminal(pod) && existsSync(join(options.context.volumes.podFolder(pod), 'volumes'))
    this.sources = options.context.sources.use(pod, () => {
      this.#attempts.hurry()
      void this.refresh()
      options.changed()
    })
  }

  get areMounted(): boolean {
    return this.#areMounted
  }
  /** Not before this time is it tried again. */
  get retryAt(): number {
    return this.#attempts.nextAt
  }
  retryNow(): void {
    this.#attempts.hurry()
    this.#reports.hurry()
  }

  async mount(): Promise<void> {
    const { volumes, clock } = this.#options.context
    try {
      await this.sources.ready()
      await volumes.mount(this.#view())
      this.#areMounted = true
      this.#attempts.succeeded()
    } catch (error) {
      this.#tell(error)
      this.#attempts.failed(clock.now())
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
    if (!(error instanceof MountFailed) && !(error instanceof SourcesLate)) throw error
    const { context, pod } = this.#options
    const now = context.clock.now()
    if (error.message === this.#reported && now < this.#reports.nextAt) return
    if (error.message !== this.#reported) this.#reports.succeeded()
    this.#reported = error.message
    this.#reports.failed(now)
    recordOf(context, pod())('Warning', 'FailedMount', error.message)
  }
  #view() {
    const { node, observer } = this.#options.context
    const pod = this.#options.pod()
    const observed = observer.pods.get(pod.metadata.uid ?? '')
    const podIPs = pod.spec.hostNetwork ? node.hostIPs : ((observed && readySandbox(observed)?.ips) ?? [])
    return { pod, sources: this.sources, place: { podIPs, hostIPs: node.hostIPs, allocatable: node.allocatable } }
  }
}
