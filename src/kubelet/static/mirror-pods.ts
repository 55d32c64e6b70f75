/** Mirror pods: the objects by which the API shows static pods, made and removed until each pod has the right one. */
import { backoffMs } from '#base/backoff.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { isMirror } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { HASH, MIRROR } from './manifest.ts'
import { type Held, isMirrorOf, mirrorsPlan } from './plan.ts'

export interface MirrorPodsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly nodeName: string
  /** The pods of this node in the API. */
  readonly pods: Mirror<Pod>
  readonly held: () => readonly Held[]
}
const RETRY = { firstMs: 200, maxMs: 10_000 }

export class MirrorPods implements AsyncDisposable {
  readonly #options: MirrorPodsOptions
  /** UIDs of mirrors that are still there and show what is no more. */
  readonly #retired = new Set<string>()
  readonly #stop = new AbortController()
  #isDirty = false
  #run: Promise<void> | undefined

  constructor(options: MirrorPodsOptions) {
    this.#options = options
  }

  of(pod: Pod): Pod | undefined {
    return this.#list().find(mirror => isMirrorOf(mirror, pod) && !this.#retired.has(mirror.metadata.uid ?? ''))
  }
  /** The pod is over. Should it come back just as it was, its mirror is another one. */
  retire(pod: Pod): void {
    const { uid } = this.of(pod)?.metadata ?? {}
    if (uid !== undefined) this.#retired.add(uid)
  }
  /** A mirror is gone. */
  gone({ metadata }: Pod): void {
    this.#retired.delete(metadata.uid ?? '')
  }
  /** Something changed: looks again whether each pod has its mirror. */
  look(): void {
    this.#isDirty = true
    this.#run ??= this.#work().finally(() => (this.#run = undefined))
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#run
  }

  async #work(): Promise<void> {
    const { clock, log, pods, nodeName } = this.#options
    const { signal } = this.#stop
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([pods.ready, aborted])
    for (let failures = 0; this.#isDirty && !signal.aborted; ) {
      this.#isDirty = false
      try {
        await this.#settle()
        failures = 0
      } catch (error) {
        log.warn({ error, node: nodeName }, 'cannot show static pods as they are, trying again')
        this.#isDirty = true
        await wait(clock, backoffMs(failures++, RETRY), signal)
      }
    }
  }
  #list(): readonly Pod[] {
    return this.#options.pods.list().filter(isMirror)
  }
  #plan() {
    return mirrorsPlan(this.#options.held(), { mirrors: this.#list(), retired: this.#retired })
  }
  async #settle(): Promise<void> {
    const { client, pods, nodeName } = this.#options
    const { remove } = this.#plan()
    for (const mirror of remove) {
      const { name = '', namespace, uid = '' } = mirror.metadata
      try {
        await client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } })
      } catch (error) {
        if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error
      }
      pods.forget(mirror)
    }
    const { create } = this.#plan()
    if (!create.length) return
    const node = await client.get(Node, { name: nodeName })
    for (const pod of create) pods.learn(await client.create(Pod, mirrorOf(pod, node)))
  }
}

/** It belongs to its node, and goes with it. */
function mirrorOf({ apiVersion, kind, metadata, spec }: Pod, node: Node): Partial<Pod> {
  const { name, namespace, labels, annotations = {} } = metadata
  const owner = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true }
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, [MIRROR]: annotations[HASH] ?? '' },
      ownerReferences: [owner],
    },
    spec,
  } as Partial<Pod>
}
