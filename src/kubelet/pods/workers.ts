/** The pods of this node: a worker for each, and nothing left of those that are gone. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pod } from '#kinds/core/pod.ts'
import { podCgroup } from '../runtime/sandbox-config.ts'
import { CLASS_GROUPS, podsWithGroups, removeCgroup } from './cgroup.ts'
import type { PodContext } from './context.ts'
import type { PodSource } from './pod-source.ts'
import { removeSandbox } from './sandbox.ts'
import { killContainer } from './stop-container.ts'
import { compareWaiting } from './resize-order.ts'
import { PodWorker } from './worker.ts'

export class PodWorkers implements AsyncDisposable {
  readonly #context: PodContext
  readonly #sources: readonly PodSource[]
  readonly #workers = new Map<string, PodWorker>()
  readonly #endings = new Map<string, Promise<void>>()
  /** Pods that came back under their UID while what was left of them is being removed. */
  readonly #returned = new Map<string, () => void>()
  readonly #subscriptions: readonly Disposable[]
  /** Pods that want another size than they have been granted. */
  readonly #waiting = new Set<string>()
  #isDisposed = false

  constructor(sources: readonly PodSource[], context: PodContext) {
    this.#sources = sources
    this.#context = context
    this.#subscriptions = sources.map(source =>
      source.onChange(({ before, after }) => {
        if (after) this.#update(after, source)
        else if (before) this.#gone(before)
      }),
    )
  }

  get pods(): readonly Pod[] {
    return [...this.#workers.values()].map(({ pod }) => pod)
  }
  /** As they are to run: with the sizes that they have been granted. */
  get granted(): readonly Pod[] {
    return [...this.#workers.values()].map(({ granted }) => granted)
  }
  worker(uid: string): PodWorker | undefined {
    return this.#workers.get(uid)
  }
  /** Whether nothing of a pod runs any more or is mounted for it. */
  isGone(uid: string): boolean {
    const { observer, volumes } = this.#context
    const seen = observer.pods.get(uid)
    const isAlive = seen?.containers.some(({ phase }) => phase !== 'exited') || seen?.sandboxes.some(({ isReady }) => isReady)
    const pod = this.worker(uid)?.pod
    return !isAlive && (!pod || volumes.pathsOf(pod).size === 0)
  }
  /** Looks again at the pods that want another size: those first that may have it first. */
  resize(): void {
    if (this.#waiting.size === 0 || !this.#sources.every(({ isReady }) => isReady)) return
    const found = [...this.#waiting].flatMap(uid => {
      const worker = this.#workers.get(uid)
      const waiting = worker?.waiting
      if (!worker || !waiting) this.#waiting.delete(uid)
      return worker && waiting ? [{ uid, worker, waiting }] : []
    })
    for (const { uid, worker } of found.toSorted((a, b) => compareWaiting(a.waiting, b.waiting))) {
      worker.decide(this.granted.filter(({ metadata }) => metadata.uid !== uid))
      if (!worker.waiting) this.#waiting.delete(uid)
    }
  }
  /** A pod looks different in the runtime. */
  observed(uid: string): void {
    const worker = this.#workers.get(uid)
    if (worker) worker.poke()
    else if (this.#sources.every(({ isReady }) => isReady)) this.#clean(uid)
  }
  /** Of all pods that are looked after here, once they are known. */
  async uids(): Promise<ReadonlySet<string>> {
    await Promise.all(this.#sources.map(({ ready }) => ready))
    return new Set(this.#workers.keys())
  }
  /** Once the pods of this node are known: removes what is left of pods that went away while nobody looked. */
  async cleanOrphans(): Promise<void> {
    const { observer, folders, node } = this.#context
    await Promise.all(this.#sources.map(({ ready }) => ready))
    await observer.refresh()
    for (const uid of observer.pods.keys()) if (!this.#workers.has(uid)) this.#clean(uid)
    for (const uid of await readdir(folders.pods)) if (!this.#workers.has(uid)) this.#clean(uid)
    // A group stays as long as a process in it does, which may outlive the pod when the runtime dies.
    for (const uid of await podsWithGroups(node.cgroupRoot, node.cgroupVersion)) if (!this.#workers.has(uid)) this.#clean(uid)
    const isKnown = (folder: string) => [...this.#workers.keys()].some(uid => folder.endsWith(`_${uid}`))
    for (const folder of await readdir(folders.logs))
      if (!isKnown(folder)) await rm(join(folders.logs, folder), { recursive: true, force: true })
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]()
    await Promise.all([...this.#workers.values()].map(worker => worker[Symbol.asyncDispose]()))
    await Promise.all(this.#endings.values())
  }

  #update(pod: Pod, source: PodSource): void {
    const { uid = '' } = pod.metadata
    const worker = this.#workers.get(uid)
    if (worker) {
      worker.update(pod)
      this.#sized(uid)
    } else if (this.#endings.has(uid)) this.#returned.set(uid, () => this.#update(pod, source))
    else {
      this.#workers.set(uid, new PodWorker(pod, source, { ...this.#context, sized: uid => this.#sized(uid) }))
      this.#sized(uid)
    }
  }
  /** The pod may want another size, or has less now than it had. */
  #sized(uid: string): void {
    const worker = this.#workers.get(uid)
    if (worker?.waiting) this.#waiting.add(uid)
    this.resize()
  }
  #gone(pod: Pod): void {
    const { uid = '' } = pod.metadata
    this.#returned.delete(uid)
    const worker = this.#workers.get(uid)
    if (!worker) return
    this.#workers.delete(uid)
    this.#waiting.delete(uid)
    // Others may get now what there was no room for.
    this.resize()
    this.#clean(uid, async () => {
      await worker[Symbol.asyncDispose]()
      this.#context.statuses.forget(uid)
      this.#context.images.forget(uid)
      this.#context.tokens.forget(pod)
      // What the API forgot by force is stopped without grace.
      await this.#removeFromRuntime(uid)
      await this.#context.volumes.unmount(pod)
      await removeCgroup(podCgroup(pod, this.#context.node.cgroupRoot), this.#context.node.cgroupVersion)
      await this.#context.groups.weigh(this.granted)
      const { namespace, name } = pod.metadata
      await rm(join(this.#context.folders.logs, `${namespace}_${name}_${uid}`), { recursive: true, force: true })
    })
  }

  #clean(uid: string, work = () => this.#removeTraces(uid)): void {
    if (this.#endings.has(uid) || this.#isDisposed) return
    const failed = (error: unknown) => this.#context.log.warn({ error, uid }, 'cannot remove what is left of a pod, trying again later')
    this.#endings.set(
      uid,
      work()
        .catch(failed)
        .finally(() => {
          this.#endings.delete(uid)
          const goOn = this.#returned.get(uid)
          this.#returned.delete(uid)
          if (!this.#isDisposed) goOn?.()
        }),
    )
  }
  /** Of a pod of which nothing but the UID is known. */
  async #removeTraces(uid: string): Promise<void> {
    const { volumes, node } = this.#context
    await this.#removeFromRuntime(uid)
    await volumes.unmountFolder(uid)
    for (const quality of CLASS_GROUPS) await removeCgroup(`${node.cgroupRoot}${quality}/pod${uid}`, node.cgroupVersion)
  }
  async #removeFromRuntime(uid: string): Promise<void> {
    const { observer } = this.#context
    await observer.refresh()
    const seen = observer.pods.get(uid)
    if (!seen) return
    const running = seen.containers.filter(({ phase }) => phase === 'running')
    await Promise.all(running.map(({ id }) => killContainer(this.#context, { id, graceSeconds: 0 })))
    for (const { id } of seen.sandboxes) await removeSandbox(id, this.#context)
  }
}
