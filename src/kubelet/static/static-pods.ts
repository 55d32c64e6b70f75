/** Static pods: those that a folder of manifests gives this node, whether or not the API can be reached. */
import { type Clock, timestamp } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Change, Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { isMirror } from '#kinds/core/pod/facts.ts'
import { GRACE_SECONDS } from '#kinds/core/pod/strategy.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodSource } from '../pods/pod-source.ts'
import type { StatusWriter } from '../pods/status-writer.ts'
import { followManifests } from './manifest-folder.ts'
import { BadManifest, staticPod } from './manifest.ts'
import { MirrorPods } from './mirror-pods.ts'
import { firstOfName, fullName, type Held, podsPlan } from './plan.ts'

export interface StaticPodsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly recorder: EventRecorder
  readonly statuses: StatusWriter
  readonly nodeName: string
  readonly folder: string
  /** The pods of this node in the API. */
  readonly pods: Mirror<Pod>
}
interface Manifest {
  readonly text: string
  /** The last one that the file gave; a mistake in a file does not end its pod. */
  readonly pod?: Pod
}

export class StaticPods implements PodSource, AsyncDisposable {
  readonly ready: Promise<void>
  isReady = false
  readonly #options: StaticPodsOptions
  readonly #mirrors: MirrorPods
  readonly #manifests = new Map<string, Manifest>()
  #wanted: readonly Pod[] = []
  /** Files whose pod's name another has, as told. */
  #late: readonly string[] = []
  /** By full name. */
  readonly #held = new Map<string, Held>()
  readonly #listeners = new Set<(change: Change<Pod>) => void>()
  readonly #stop = new AbortController()
  readonly #subscription: Disposable
  readonly #run: Promise<void>

  constructor(options: StaticPodsOptions) {
    const { log, pods, folder, clock } = options
    this.#options = options
    this.#mirrors = new MirrorPods({ ...options, held: () => [...this.#held.values()] })
    this.#subscription = pods.onChange(change => this.#mirrorChanged(change))
    let becomeReady: () => void = () => undefined
    this.ready = new Promise(resolve => (becomeReady = resolve))
    this.#run = followManifests({
      folder,
      clock,
      signal: this.#stop.signal,
      failed: error => log.warn({ error, folder }, 'cannot read the manifests of static pods, trying again'),
      told: files => {
        this.#read(files)
        this.isReady = true
        becomeReady()
      },
    })
  }

  onChange(listener: (change: Change<Pod>) => void): Disposable {
    this.#listeners.add(listener)
    for (const { pod } of this.#held.values()) listener({ after: this.#withStatus(pod) })
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
  shown(pod: Pod): Pod | undefined {
    return this.#mirrors.of(pod)
  }
  async ended(pod: Pod): Promise<void> {
    this.#held.delete(fullName(pod))
    this.#mirrors.retire(pod)
    this.#tell({ before: pod })
    this.#act()
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#subscription[Symbol.dispose]()
    await this.#run
    await this.#mirrors[Symbol.asyncDispose]()
  }

  #read(files: ReadonlyMap<string, string>): void {
    for (const file of this.#manifests.keys()) if (!files.has(file)) this.#manifests.delete(file)
    for (const [file, text] of files) {
      const before = this.#manifests.get(file)
      if (before?.text !== text) this.#manifests.set(file, { text, ...this.#podOf(file, text, before) })
    }
    const found = [...this.#manifests].flatMap(([file, { pod }]) => (pod ? [{ file, pod }] : []))
    const { pods, late } = firstOfName(found)
    for (const { file, first } of late) if (!this.#late.includes(file)) this.#complain(file, `the file "${first}" has a pod of that name`)
    this.#late = late.map(({ file }) => file)
    this.#wanted = pods
    this.#act()
  }
  #podOf(file: string, text: string, before: Manifest | undefined): { readonly pod?: Pod } {
    const { nodeName, clock } = this.#options
    try {
      return { pod: staticPod(text, { nodeName, file, now: clock.now() }) }
    } catch (error) {
      if (!(error instanceof BadManifest)) throw error
      this.#complain(file, error.message)
      return before?.pod ? { pod: before.pod } : {}
    }
  }
  /** There is no pod to tell it of, so it is told of the node. */
  #complain(file: string, cause: string): void {
    const { log, recorder, nodeName: name } = this.#options
    log.warn({ file, cause }, 'cannot run the static pod of a manifest')
    const message = `Error validating static pod from ${file}: ${cause}`
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }
    recorder.record({ about, type: 'Warning', reason: 'FailedValidation', message })
  }

  #act(): void {
    const { clock } = this.#options
    const { start, end } = podsPlan([...this.#held.values()], this.#wanted)
    for (const { apiVersion, kind, metadata, spec, status } of end) {
      const deletion = {
        deletionTimestamp: timestamp(clock.now()),
        deletionGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? GRACE_SECONDS,
      }
      this.#hold({ apiVersion, kind, metadata: { ...metadata, ...deletion }, spec, status }, true)
    }
    for (const pod of start) this.#hold(pod, false)
    this.#mirrors.look()
  }
  #hold(pod: Pod, isEnding: boolean): void {
    this.#held.set(fullName(pod), { pod, isEnding })
    this.#tell({ after: this.#withStatus(pod) })
  }
  #mirrorChanged({ before, after }: Change<Pod>): void {
    const mirror = after ?? before
    if (!mirror || !isMirror(mirror)) return
    if (!after) {
      this.#options.statuses.forget(mirror.metadata.uid ?? '')
      this.#mirrors.gone(mirror)
    }
    const held = this.#held.get(fullName(mirror))
    if (held) this.#tell({ after: this.#withStatus(held.pod) })
    this.#mirrors.look()
  }
  /** What the API knows of a pod is known of it here: when it became ready, how often it was started. */
  #withStatus(pod: Pod): Pod {
    const { status } = this.shown(pod) ?? pod
    return { ...pod, status }
  }
  #tell(change: Change<Pod>): void {
    for (const listener of this.#listeners) listener(change)
  }
}
