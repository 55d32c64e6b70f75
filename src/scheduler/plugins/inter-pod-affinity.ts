/** Places pods near the pods that they want around them, and away from those that they, or that do not want them. Upstream: interpodaffinity. */
import type { PodAffinityTerm, WeightedPodAffinityTerm } from '#kinds/core/affinity.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { type Filter, type Plugin, SCORE_MAX } from '../plugin.ts'
import type { NodeInfo, Snapshot } from '../snapshot.ts'

const AFFINITY = "node(s) didn't match pod affinity rules"
const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules"
interface Args {
  /** What a required affinity of a pod that is there counts for when it meets the new pod. */
  readonly hardPodAffinityWeight: number
  /** Whether what pods that are there prefer says nothing to pods without a preference. */
  readonly ignorePreferredTermsOfExistingPods?: boolean
}
export const interPodAffinity = (args: Args = { hardPodAffinityWeight: 1 }): Plugin => ({
  name: 'InterPodAffinity',
  weight: 2,
  filterFor,
  evictionHelps: (_, __, reasons) => !reasons.includes(AFFINITY),
  rank: ranking(args),
})

/** Numbers by place: a node label and its value. */
class Places {
  readonly #numbers = new Map<string, Map<string, number>>()
  get isEmpty(): boolean {
    return this.#numbers.size === 0
  }
  add({ node }: NodeInfo, topologyKey: string, number: number): void {
    const value = node.metadata.labels?.[topologyKey]
    if (value === undefined) return
    const values = this.#numbers.get(topologyKey) ?? new Map<string, number>()
    this.#numbers.set(topologyKey, values.set(value, (values.get(value) ?? 0) + number))
  }
  at({ node }: NodeInfo, topologyKey: string): number {
    return this.#numbers.get(topologyKey)?.get(node.metadata.labels?.[topologyKey] as string) ?? 0
  }
  /** The numbers of all places that the node is in. */
  all(info: NodeInfo): readonly number[] {
    return [...this.#numbers.keys()].map(key => this.at(info, key))
  }
}

/** Whether a term of `owner` means `other`. */
export function means(term: PodAffinityTerm, owner: Pod, other: Pod, { namespaceLabels }: Pick<Snapshot, 'namespaceLabels'>): boolean {
  const { namespace = '' } = other.metadata
  const named = term.namespaces ?? []
  const isNamespaceMeant =
    named.length || term.namespaceSelector
      ? named.includes(namespace) || selects(term.namespaceSelector, namespaceLabels(namespace))
      : namespace === owner.metadata.namespace
  return isNamespaceMeant && selects(term.labelSelector, other.metadata.labels)
}

export const nearTerms = ({ spec }: Pod) => spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
export const farTerms = ({ spec }: Pod) => spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []

function filterFor(pod: Pod, snapshot: Snapshot): Filter | undefined {
  const repelled = new Places()
  for (const info of snapshot.nodes)
    for (const other of info.choosy)
      for (const term of farTerms(other)) if (means(term, other, pod, snapshot)) repelled.add(info, term.topologyKey, 1)
  const near = nearTerms(pod)
  const far = farTerms(pod)
  if (near.length + far.length === 0) return repelled.isEmpty ? undefined : (_, info) => (isIn(info, repelled) ? [EXISTING] : [])

  const wanted = new Places()
  const unwanted = new Places()
  const meansAll = (other: Pod) => near.every(term => means(term, pod, other, snapshot))
  for (const info of snapshot.nodes)
    for (const other of info.pods) {
      if (near.length && meansAll(other)) for (const { topologyKey } of near) wanted.add(info, topologyKey, 1)
      for (const term of far) if (means(term, pod, other, snapshot)) unwanted.add(info, term.topologyKey, 1)
    }
  // The first of pods that want each other would otherwise wait forever.
  const isFirst = wanted.isEmpty && meansAll(pod)
  return (_, info) => {
    const labels = info.node.metadata.labels ?? {}
    if (!near.every(({ topologyKey }) => labels[topologyKey] !== undefined && (isFirst || wanted.at(info, topologyKey) > 0)))
      return [AFFINITY]
    if (far.some(({ topologyKey }) => unwanted.at(info, topologyKey) > 0)) return [ANTI_AFFINITY]
    return isIn(info, repelled) ? [EXISTING] : []
  }
}
const isIn = (info: NodeInfo, places: Places) => places.all(info).some(count => count > 0)

const ranking =
  ({ hardPodAffinityWeight, ignorePreferredTermsOfExistingPods = false }: Args): Plugin['rank'] =>
  (pod: Pod, snapshot: Snapshot, feasible: readonly NodeInfo[]): readonly number[] | undefined => {
    const points = new Places()
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {}
    const near = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const far = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    const own = near.length + far.length > 0
    if (!own && ignorePreferredTermsOfExistingPods) return undefined
    const count = (info: NodeInfo, terms: readonly WeightedPodAffinityTerm[] | undefined, sign: 1 | -1, pair: readonly [Pod, Pod]) => {
      for (const { weight, podAffinityTerm } of terms ?? [])
        if (means(podAffinityTerm, ...pair, snapshot)) points.add(info, podAffinityTerm.topologyKey, sign * weight)
    }
    for (const info of snapshot.nodes)
      for (const other of own ? info.pods : info.choosy) {
        count(info, near, 1, [pod, other])
        count(info, far, -1, [pod, other])
        const theirs = other.spec.affinity
        for (const term of nearTerms(other))
          if (means(term, other, pod, snapshot)) points.add(info, term.topologyKey, hardPodAffinityWeight)
        count(info, theirs?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1, [other, pod])
        count(info, theirs?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1, [other, pod])
      }
    if (points.isEmpty) return undefined
    const totals = feasible.map(info => points.all(info).reduce((total, each) => total + each, 0))
    const lowest = Math.min(...totals)
    const range = Math.max(...totals) - lowest
    return totals.map(total => (range > 0 ? Math.floor((SCORE_MAX * (total - lowest)) / range) : 0))
  }
