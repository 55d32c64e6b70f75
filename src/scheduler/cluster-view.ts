/** The scheduler's own view of the nodes: mirrors, and the pods that it has just placed and that the mirrors do not show yet. */
import type { Mirrors } from '#client/mirrors.ts'
import { keyOf, type Mirror } from '#client/mirror.ts'
import { Node } from '#kinds/core/node.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { type NodeInfo, nodeInfo } from './snapshot.ts'

const refOf = ({ metadata }: Pod) => ({ namespace: metadata.namespace, name: metadata.name as string })

export class ClusterView implements AsyncDisposable {
  readonly nodes: Mirror<Node>
  readonly pods: Mirror<Pod>
  readonly #infos = new Map<string, NodeInfo>()
  readonly #assumed = new Map<string, Pod>()

  constructor(mirrors: Mirrors) {
    this.nodes = mirrors.of(Node)
    this.pods = mirrors.open(Pod, { indexes: { node: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []) } })
    this.nodes.onChange(({ before, after }) => this.#infos.delete((after ?? before)?.metadata.name as string))
    this.pods.onChange(({ before, after }) => {
      for (const pod of [before, after]) if (pod?.spec.nodeName) this.#infos.delete(pod.spec.nodeName)
      const pod = (after ?? before) as Pod
      if (!after || after.spec.nodeName) this.forget(pod)
    })
  }
  get ready(): Promise<unknown> {
    return Promise.all([this.nodes.ready, this.pods.ready])
  }
  /** All nodes with what their pods have taken, in the order in which they became known. */
  snapshot(): readonly NodeInfo[] {
    return this.nodes.list().map(node => {
      const name = node.metadata.name as string
      const known = this.#infos.get(name)
      if (known) return known
      const assumed = [...this.#assumed.values()].filter(({ spec }) => spec.nodeName === name)
      const made = nodeInfo(node, [...this.pods.by('node', name).filter(pod => !isTerminal(pod)), ...assumed])
      this.#infos.set(name, made)
      return made
    })
  }
  /** Counts a pod as placed until the mirror shows it. */
  assume(pod: Pod, node: string): void {
    this.#assumed.set(keyOf(refOf(pod)), { ...pod, spec: { ...pod.spec, nodeName: node } })
    this.#infos.delete(node)
  }
  isAssumed(pod: Pod): boolean {
    return this.#assumed.has(keyOf(refOf(pod)))
  }
  forget(pod: Pod): void {
    const key = keyOf(refOf(pod))
    const assumed = this.#assumed.get(key)
    if (assumed?.spec.nodeName) this.#infos.delete(assumed.spec.nodeName)
    this.#assumed.delete(key)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.pods[Symbol.asyncDispose]()
  }
}
