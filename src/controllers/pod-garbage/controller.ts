/** Looks every 20 seconds for pods that nobody will take away any more. */
import type { Cluster, Runner } from '#client/controller.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { disruptionOf } from '../pods/disruption-target.ts'
import { type Garbage, garbageIn } from './garbage.ts'

/** Upstream: gcCheckPeriod. */
const PERIOD_MS = 20_000

export const podGarbageController: Runner = { name: 'pod-garbage-collector-controller', start: cluster => new Collector(cluster) }

class Collector implements AsyncDisposable {
  readonly #cluster: Cluster
  /** By name, since when a node that pods are on has been missing. */
  readonly #missing = new Map<string, number>()
  #timer: Disposable
  #round: Promise<void> = Promise.resolve()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#timer = this.#later()
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]()
    await this.#round
  }
  #later(): Disposable {
    return this.#cluster.clock.after(PERIOD_MS, () => {
      this.#round = this.#collect()
      this.#timer = this.#later()
    })
  }

  async #collect(): Promise<void> {
    const { mirrors, clock, log } = this.#cluster
    const [pods, nodes] = [mirrors.of(Pod), mirrors.of(Node)]
    if (!pods.isReady || !nodes.isReady) return
    const now = clock.now()
    const all = pods.list()
    for (const name of this.#missing.keys()) if (nodes.get({ name })) this.#missing.delete(name)
    const placeOf = ({ spec }: Pod) => {
      const name = spec.nodeName as string
      const node = nodes.get({ name })
      if (!node && !this.#missing.has(name)) this.#missing.set(name, now)
      return { node, missingSince: this.#missing.get(name) }
    }
    for (const garbage of garbageIn(all, placeOf, now)) {
      try {
        await this.#remove(garbage, now)
      } catch (error) {
        // The next round finds it again.
        log.warn({ error, pod: garbage.pod.metadata.name }, 'cannot collect a pod, trying again')
      }
    }
  }
  async #remove({ pod, disruption, hasFailed }: Garbage, now: number): Promise<void> {
    const { client, mirrors } = this.#cluster
    const { namespace, name = '', uid = '' } = pod.metadata
    try {
      const changed = hasFailed
        ? { ...pod, status: { ...pod.status, phase: 'Failed' as const } }
        : disruption && disruptionOf(pod, disruption, now)?.object
      if (changed) mirrors.of(Pod).learn(await client.update(Pod, changed, { subresource: 'status' }))
      const left = await client.delete(Pod, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } })
      if (!left) mirrors.of(Pod).forget(pod)
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
  }
}
