/** Places pods near the pods that they want around them, and away from those that they, or that do not want them. Upstream: interpodaffinity. */
import type { PodAffinityTerm, WeightedPodAffinityTerm } from '#kinds/core/affinity.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { type Filter, type Moves, type Plugin, SCORE_MAX } from '../plugin.ts'
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
  /** What these numbers come on top of, all of them at the places of one node. */
  readonly #known: Places | undefined
  constructor(known?: Places) {
    this.#known = known
  }
  get isEmpty(): boolean {
    return this.#numbers.size === 0
  }
  add({ node }: NodeInfo, topologyKey: string, number: number): void {
    const value = node.metadata.labels?.[topologyKey]
    if (value === undefined) return
    const values = this.#numbers.get(topologyKey) ?? new Map<string, number>()
    this.#numbers.set(topologyKey, values.set(value, (values.get(value) ?? 0) + number))
  }
  at(info: NodeInfo, topologyKey: string): number {
    const number = this.#numbers.get(topologyKey)?.get(info.node.metadata.labels?.[topologyKey] as string) ?? 0
    return number + (this.#known?.at(info, topologyKey) ?? 0)
  }
  /** The numbers of all places that the node is in. */
  all(info: NodeInfo): readonly number[] {
    const keys = this.#known ? new Set([...this.#numbers.keys(), ...this.#known.#numbers.keys()]) : this.#numbers.keys()
    return [...keys].map(key => this.at(info, key))
  }
  /** Whether nothing is anywhere. */
  areNowhere(info: NodeInfo): boolean {
    const known = this.#known
    if (!known) return this.isEmpty
    const labels = info.node.metadata.labels ?? {}
    const isElsewhere = [...known.#numbers].some(([key, values]) => values.size > (values.has(labels[key] as string) ? 1 : 0))
    return !isElsewhere && this.all(info).every(number => number === 0)
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

/** Where pods are that matter to a pod. */
class Company {
  /** Who does not want it around. */
  readonly repelled: Places
  /** Whom it wants around. */
  readonly wanted: Places
  /** Whom it does not want around. */
  readonly unwanted: Places
  constructor(known?: Company) {
    this.repelled = new Places(known?.repelled)
    this.wanted = new Places(known?.wanted)
    this.unwanted = new Places(known?.unwanted)
  }
}

function filterFor(pod: Pod, snapshot: Snapshot): Filter | undefined {
  const near = nearTerms(pod)
  const far = farTerms(pod)
  const meansAll = (other: Pod) => near.every(term => means(term, pod, other, snapshot))
  const meet = (company: Company, others: readonly Pod[], info: NodeInfo, number = 1) => {
    for (const other of others) {
      for (const term of farTerms(other)) if (means(term, other, pod, snapshot)) company.repelled.add(info, term.topologyKey, number)
      if (near.length && meansAll(other)) for (const { topologyKey } of near) company.wanted.add(info, topologyKey, number)
      for (const term of far) if (means(term, pod, other, snapshot)) company.unwanted.add(info, term.topologyKey, number)
    }
  }
  const known = new Company()
  const isChoosy = near.length + far.length > 0
  for (const info of snapshot.nodes) meet(known, isChoosy ? info.pods : info.choosy, info)
  if (!isChoosy && known.repelled.isEmpty) return undefined
  const imagined = (info: NodeInfo, { come, gone }: Moves) => {
    const moved = new Company(known)
    meet(moved, come, info)
    meet(moved, gone, info, -1)
    return moved
  }
  return (_, info, moves) => {
    const { repelled, wanted, unwanted } = moves ? imagined(info, moves) : known
    const labels = info.node.metadata.labels ?? {}
    if (near.some(({ topologyKey }) => labels[topologyKey] === undefined)) return [AFFINITY]
    // The first of pods that want each other would otherwise wait forever.
    const isFirst = () => wanted.areNowhere(info) && meansAll(pod)
    if (near.some(({ topologyKey }) => wanted.at(info, topologyKey) <= 0) && !isFirst()) return [AFFINITY]
    if (far.some(({ topologyKey }) => unwanted.at(info, topologyKey) > 0)) return [ANTI_AFFINITY]
    return repelled.all(info).some(count => count > 0) ? [EXISTING] : []
  }
}

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
    return totals.map(total => (range > 0 ? Math.trunc(SCORE_MAX * ((total - lowest) / range)) : 0))
  }
