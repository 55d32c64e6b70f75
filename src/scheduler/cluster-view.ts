/** The scheduler's own view of the nodes: mirrors, and the pods that it has just placed and that the mirrors do not show yet. */
import type { Clock } from '#base/clock.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { keyOf, type Mirror } from '#client/mirror.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Node } from '#kinds/core/node.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { devicesFrom } from './devices/sight.ts'
import { Images } from './images.ts'
import { siblingsFrom } from './siblings.ts'
import { type NodeInfo, nodeInfo, type Snapshot } from './snapshot.ts'
import { storageFrom } from './storage.ts'

const NOBODY: readonly Pod[] = []
const refOf = ({ metadata }: Pod) => ({ namespace: metadata.namespace, name: metadata.name as string })

export class ClusterView implements AsyncDisposable {
  readonly nodes: Mirror<Node>
  readonly pods: Mirror<Pod>
  readonly namespaces: Mirror<Namespace>
  readonly budgets: Mirror<PodDisruptionBudget>
  readonly stores: ReturnType<typeof storageFrom>
  readonly offers: ReturnType<typeof devicesFrom>
  readonly #siblings: ReturnType<typeof siblingsFrom>
  /** In the order in which the nodes became known; undefined when nodes have come or gone. */
  #infos: readonly NodeInfo[] | undefined
  readonly #places = new Map<string, number>()
  /** Nodes whose state has changed since. */
  readonly #stale = new Set<string>()
  readonly #images = new Images()
  readonly #nominations = new Map<string, Pod>()
  readonly #assumed = new Map<string, Pod>()
  /** The same by node and key. */
  readonly #assumedOn = new Map<string, Map<string, Pod>>()

  constructor(mirrors: Mirrors, clock: Clock) {
    this.nodes = mirrors.of(Node)
    this.namespaces = mirrors.of(Namespace)
    this.budgets = mirrors.of(PodDisruptionBudget)
    this.#siblings = siblingsFrom(mirrors)
    this.stores = storageFrom(mirrors)
    this.offers = devicesFrom(mirrors, clock)
    this.pods = mirrors.open(Pod, {
      indexes: {
        node: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []),
        nominated: ({ spec, status }) => (!spec.nodeName && status.nominatedNodeName ? [status.nominatedNodeName] : []),
      },
    })
    this.nodes.onChange(change => {
      const { before, after } = change
      this.#images.change(change)
      if (before && after) this.#stale.add(after.metadata.name as string)
      else this.#infos = undefined
    })
    this.pods.onChange(({ before, after }) => {
      for (const pod of [before, after]) if (pod?.spec.nodeName) this.#stale.add(pod.spec.nodeName)
      const pod = (after ?? before) as Pod
      if (!after || after.spec.nodeName) this.forget(pod)
    })
  }
  get ready(): Promise<unknown> {
    return Promise.all([
      this.nodes.ready,
      this.pods.ready,
      this.namespaces.ready,
      this.budgets.ready,
      this.#siblings.ready,
      this.stores.ready,
      this.offers.ready,
    ])
  }
  snapshot(): Snapshot {
    return {
      nodes: this.#nodeInfos(),
      namespaceLabels: name => this.namespaces.get({ name })?.metadata.labels ?? {},
      nominated: node => this.#nominatedTo(node),
      siblings: this.#siblings.siblings,
      storage: this.stores.storage,
      devices: this.offers.devices,
      images: this.#images.find,
    }
  }
  /** All nodes with what their pods have taken. */
  #nodeInfos(): readonly NodeInfo[] {
    if (!this.#infos) {
      this.#places.clear()
      this.#infos = this.nodes.list().map((node, place) => {
        this.#places.set(node.metadata.name as string, place)
        return this.#infoOf(node)
      })
    } else if (this.#stale.size > 0) {
      // Decisions keep what they were given.
      const infos = [...this.#infos]
      for (const name of this.#stale) {
        const node = this.nodes.get({ name })
        const place = this.#places.get(name)
        if (node && place !== undefined) infos[place] = this.#infoOf(node)
      }
      this.#infos = infos
    }
    this.#stale.clear()
    return this.#infos
  }
  #infoOf(node: Node): NodeInfo {
    const name = node.metadata.name as string
    const assumed = this.#assumedOn.get(name)?.values() ?? NOBODY
    return nodeInfo(node, [...this.pods.by('node', name).filter(pod => !isTerminal(pod)), ...assumed])
  }
  #nominatedTo(node: string): readonly Pod[] {
    const isPromised = this.#nominations.size > 0 || this.pods.countBy('nominated', node) > 0
    if (!isPromised) return NOBODY
    const own = [...this.#nominations.values()].filter(pod => pod.status.nominatedNodeName === node)
    const known = this.pods.by('nominated', node).filter(pod => !this.#nominations.has(keyOf(refOf(pod))))
    return [...own, ...known].filter(pod => !isTerminal(pod) && !this.isAssumed(pod))
  }
  /** Counts a pod as one that is to have room on this node, or on none, until what is given is disposed of; by then the mirror has to show it. */
  nominate(pod: Pod, node: string | undefined): Disposable {
    const key = keyOf(refOf(pod))
    const { nominatedNodeName: _, ...status } = pod.status
    this.#nominations.set(key, { ...pod, status: node === undefined ? status : { ...status, nominatedNodeName: node } })
    return { [Symbol.dispose]: () => void this.#nominations.delete(key) }
  }
  /** Counts a pod as placed until the mirror shows it. */
  assume(pod: Pod, node: string): void {
    const key = keyOf(refOf(pod))
    const placed = { ...pod, spec: { ...pod.spec, nodeName: node } }
    this.#assumed.set(key, placed)
    const onNode = this.#assumedOn.get(node) ?? new Map<string, Pod>()
    this.#assumedOn.set(node, onNode.set(key, placed))
    this.#stale.add(node)
  }
  isAssumed(pod: Pod): boolean {
    return this.#assumed.has(keyOf(refOf(pod)))
  }
  forget(pod: Pod): void {
    const key = keyOf(refOf(pod))
    const node = this.#assumed.get(key)?.spec.nodeName
    if (node === undefined) return
    this.#assumed.delete(key)
    const onNode = this.#assumedOn.get(node)
    onNode?.delete(key)
    if (onNode?.size === 0) this.#assumedOn.delete(node)
    this.#stale.add(node)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.pods[Symbol.asyncDispose]()
  }
}
