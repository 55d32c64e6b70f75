/** Deletes what its owners have left behind, and carries out foreground and orphaning deletions. */
import { WorkQueue } from '#base/work-queue.ts'
import type { Cluster, Runner } from '#client/controller.ts'
import { type AnyObject, type Discovered, discover } from '#client/discovery.ts'
import { EventRecorder } from '#client/events.ts'
import type { Mirror } from '#client/mirror.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { OwnerReference } from '#kinds/meta/object-meta.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { decide, type OwnerState } from './decide.ts'
import { Graph, isElsewhere, isReferredTo, isWaiting, ORPHAN, ownersOf, uidOf, type Vertex } from './graph.ts'

/** New kinds of resources come and go with their definitions; so often they are looked for. */
const DISCOVERY_INTERVAL_MS = 30_000
const CONCURRENCY = 20
/** Events come in great numbers, go by themselves and never own anything. */
const IGNORED: readonly string[] = ['events']

export const garbageCollector: Runner = { name: 'garbage-collector-controller', start: cluster => new GarbageCollector(cluster) }

class GarbageCollector implements AsyncDisposable {
  readonly #cluster: Cluster
  readonly #graph = new Graph()
  readonly #mirrors = new Map<string, { readonly kind: KindClass<AnyObject>; readonly mirror: Mirror<AnyObject> }>()
  readonly #queue: WorkQueue
  readonly #recorder: EventRecorder
  #timer: Disposable | undefined
  #isStopped = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    const log = cluster.log.child({ controller: 'garbage-collector' })
    const { client, clock } = cluster
    this.#recorder = new EventRecorder({ client, clock, log, component: 'garbage-collector-controller' })
    this.#queue = new WorkQueue({
      clock: cluster.clock,
      concurrency: CONCURRENCY,
      work: uid => this.#look(uid),
      failed: (uid, error, retryInMs) => {
        if (isRefusal(error, 'Conflict')) log.debug({ uid, error, retryInMs }, 'will try again')
        else log.warn({ uid, error, retryInMs }, 'will try again')
      },
    })
    void this.#follow()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    this.#timer?.[Symbol.dispose]()
    await this.#queue[Symbol.asyncDispose]()
    await this.#recorder.flush()
    await Promise.all([...this.#mirrors.values()].map(({ mirror }) => mirror[Symbol.asyncDispose]()))
  }

  /** Mirrors every resource that can be listed, watched and deleted; again after a while for those that came or went. */
  async #follow(): Promise<void> {
    try {
      const found = (await discover(this.#cluster.client)).filter(isCollected)
      if (this.#isStopped) return
      const names = new Set(found.map(nameOf))
      for (const resource of found) if (!this.#mirrors.has(nameOf(resource))) this.#mirror(resource)
      for (const [name, { mirror }] of this.#mirrors)
        if (!names.has(name)) {
          this.#mirrors.delete(name)
          for (const object of mirror.list()) this.#wake(this.#graph.remove(object.metadata.uid as string))
          await mirror[Symbol.asyncDispose]()
        }
    } catch (error) {
      this.#cluster.log.warn({ controller: 'garbage-collector', error }, 'discovery failed, trying again')
    }
    if (!this.#isStopped) this.#timer = this.#cluster.clock.after(DISCOVERY_INTERVAL_MS, () => void this.#follow())
  }
  #mirror(resource: Discovered): void {
    const { kind } = resource
    const mirror = this.#cluster.mirrors.open(kind, {})
    this.#mirrors.set(nameOf(resource), { kind, mirror })
    mirror.onChange(({ before, after }) =>
      this.#wake(after ? this.#graph.put({ kind, object: after }) : this.#graph.remove(before?.metadata.uid as string)),
    )
  }
  #wake(uids: readonly string[]): void {
    for (const uid of uids) this.#queue.add(uid)
  }

  async #look(uid: string): Promise<undefined> {
    const vertex = this.#graph.get(uid)
    if (!vertex) return
    const dependents = this.#graph.dependentsOf(uid)
    const owners = new Map<string, OwnerState>()
    if (!vertex.object.metadata.deletionTimestamp)
      for (const owner of ownersOf(vertex)) owners.set(owner.uid, await this.#stateOf(owner, vertex))
    const plan = decide({ vertex, dependents, owners })
    switch (plan.do) {
      case 'nothing':
        // Those below a waiting owner may have been looked at before it began to wait.
        if (isWaiting(vertex)) this.#wake(dependents.filter(({ object }) => !object.metadata.deletionTimestamp).map(uidOf))
        return
      case 'disown':
        return this.#disown(vertex, plan.owners)
      case 'unblock':
        return this.#unblock(vertex)
      case 'orphan':
        await Promise.all(plan.dependents.map(dependent => this.#disown(dependent, [uid])))
        return this.#release(vertex, ORPHAN)
      case 'release':
        this.#wake(dependents.map(uidOf))
        return this.#release(vertex, plan.finalizer)
      case 'delete':
        return this.#delete(vertex, plan.propagation)
    }
  }

  async #stateOf(owner: OwnerReference, vertex: Vertex): Promise<OwnerState> {
    const { object, kind } = vertex
    const known = this.#graph.get(owner.uid)
    if (known && isReferredTo(known, owner, vertex)) return isWaiting(known) ? 'waiting' : 'solid'
    if (known && isElsewhere(known, vertex)) this.#complain(owner, vertex)
    const ownerKind = this.#kindOf(owner)
    const isNamespaced = ownerKind.options.scope === 'Namespaced'
    if (isNamespaced && kind.options.scope === 'Cluster') return 'misplaced'
    // The mirrors may lag behind: only the server's own word lets something be deleted.
    try {
      const live = await this.#cluster.client.get(ownerKind, {
        namespace: isNamespaced ? object.metadata.namespace : undefined,
        name: owner.name,
      })
      if (live.metadata.uid !== owner.uid) return 'gone'
      return isWaiting({ kind: ownerKind, object: live }) ? 'waiting' : 'solid'
    } catch (error) {
      if (isRefusal(error, 'NotFound')) return 'gone'
      throw error
    }
  }
  #complain(
    { apiVersion, kind, name, uid }: OwnerReference,
    { kind: { apiVersion: version, name: word }, object: { metadata } }: Vertex,
  ): void {
    const { namespace = '' } = metadata
    const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`
    this.#recorder.record({
      about: { apiVersion: version, kind: word, metadata },
      type: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message: `ownerRef ${owner} does not exist in namespace "${namespace}"`,
    })
  }
  #kindOf({ apiVersion, kind: name }: OwnerReference): KindClass<AnyObject> {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
    for (const { kind } of this.#mirrors.values()) if (kind.group === group && kind.name === name) return kind
    throw new Error(`find owner of kind "${name}" in "${apiVersion}": no such resource is served`)
  }

  /** By the owners' UIDs alone, whatever else changes: pods that start meanwhile would hold up their owner's end for long. */
  async #disown({ kind, object }: Vertex, owners: readonly string[]): Promise<undefined> {
    const { namespace, name, uid } = object.metadata
    try {
      await this.#cluster.client.patch(kind, { namespace, name: name as string }, 'strategic', {
        metadata: { uid, ownerReferences: owners.map(owner => ({ $patch: 'delete', uid: owner })) },
      })
    } catch (error) {
      if (isRefusal(error, 'NotFound')) return
      if (!isRefusal(error, 'UnsupportedMediaType')) throw error
      await this.#disownCustom({ kind, object }, owners)
    }
  }
  /** Custom resources have no merge keys. */
  async #disownCustom({ kind, object }: Vertex, owners: readonly string[]): Promise<undefined> {
    const left = (object.metadata.ownerReferences ?? []).filter(({ uid }) => !owners.includes(uid))
    await this.#patch(kind, object, { ownerReferences: left })
  }
  async #unblock({ kind, object }: Vertex): Promise<undefined> {
    const owners = (object.metadata.ownerReferences ?? []).map(owner => ({ ...owner, blockOwnerDeletion: false }))
    await this.#patch(kind, object, { ownerReferences: owners })
  }
  async #release({ kind, object }: Vertex, finalizer: string): Promise<undefined> {
    await this.#patch(kind, object, { finalizers: (object.metadata.finalizers ?? []).filter(each => each !== finalizer) })
  }
  /** The resourceVersion makes it a conflict when someone else has written meanwhile; the newer state then comes round by the watch. */
  async #patch(kind: KindClass<AnyObject>, { metadata }: AnyObject, change: object): Promise<void> {
    const { namespace, name, uid, resourceVersion } = metadata
    try {
      await this.#cluster.client.patch(kind, { namespace, name: name as string }, 'merge', {
        metadata: { uid, resourceVersion, ...change },
      })
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
  }
  async #delete({ kind, object: { metadata } }: Vertex, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Promise<undefined> {
    const { namespace, name, uid, resourceVersion } = metadata
    try {
      await this.#cluster.client.delete(
        kind,
        { namespace, name: name as string },
        { propagationPolicy, preconditions: { uid, resourceVersion } },
      )
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
  }
}

const nameOf = ({ kind }: Discovered) => `${kind.options.plural}.${kind.group}`
const isCollected = ({ kind, verbs }: Discovered) =>
  ['list', 'watch', 'delete', 'patch'].every(verb => verbs.includes(verb)) && !IGNORED.includes(kind.options.plural)
