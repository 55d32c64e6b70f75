/** Spreads pods evenly over nodes, zones and other places. Upstream: podtopologyspread; KEP-895, KEP-3022, KEP-3094. */
import type { TopologySpreadConstraint } from '#kinds/core/affinity.ts'
import { demandsMet } from '#kinds/core/node-selection.ts'
import { isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { untolerated } from '#kinds/core/tolerations.ts'
import { isEmptySelector, type Selector, selects, selectorText } from '#kinds/meta/selecting.ts'
import { type Filter, type Moves, type Plugin, SCORE_MAX } from '../plugin.ts'
import { question, recall } from '../recall.ts'
import type { NodeInfo, Snapshot } from '../snapshot.ts'

const UNEVEN = "node(s) didn't match pod topology spread constraints"
const NO_PLACE = `${UNEVEN} (missing required label)`
const HOSTNAME = 'kubernetes.io/hostname'
/** For pods of services and controllers that say nothing themselves. Upstream: systemDefaultConstraints. */
const DEFAULTS: readonly Constraint[] = [
  { topologyKey: HOSTNAME, maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
]

interface Args {
  readonly defaultConstraints?: readonly Constraint[]
  readonly defaultingType: 'System' | 'List'
}
export function podTopologySpread({ defaultConstraints = [], defaultingType }: Args = { defaultingType: 'System' }): Plugin {
  // The built-in ones also serve nodes that tell no zone.
  const defaults = { constraints: defaultingType === 'System' ? DEFAULTS : defaultConstraints, areLenient: defaultingType === 'System' }
  return {
    name: 'PodTopologySpread',
    weight: 2,
    filterFor: (pod, snapshot) => filterFor(pod, snapshot, defaults),
    evictionHelps: (_, __, reasons) => !reasons.includes(NO_PLACE),
    rank: (pod, snapshot, feasible) => rank(pod, { snapshot, feasible }, defaults),
  }
}
interface Defaults {
  readonly constraints: readonly Constraint[]
  /** Whether nodes count that have not all of the places. */
  readonly areLenient: boolean
}

type Constraint = Pick<TopologySpreadConstraint, 'topologyKey' | 'maxSkew'> & Partial<TopologySpreadConstraint>

const placeOf = ({ node }: NodeInfo, key: string): string | undefined => node.metadata.labels?.[key]
const hasAllPlaces = (info: NodeInfo, constraints: readonly Constraint[]) =>
  constraints.every(({ topologyKey }) => placeOf(info, topologyKey) !== undefined)
/** Whether a node is counted at all. */
const counts = ({ nodeAffinityPolicy, nodeTaintsPolicy }: Constraint, { spec }: Pod, { node }: NodeInfo) =>
  (nodeAffinityPolicy === 'Ignore' || demandsMet(spec, node)) &&
  (nodeTaintsPolicy !== 'Honor' || !untolerated(node.spec?.taints ?? [], spec.tolerations ?? [], ['NoSchedule', 'NoExecute']))
/** Counts the pods of a node that a constraint means. */
function counter(selector: Selector | undefined, namespace: string | undefined): (info: NodeInfo) => number {
  // Upstream takes a selector without a word to mean nobody here, and everybody elsewhere.
  if (isEmptySelector(selector)) return () => 0
  const isMeant = (other: Pod) =>
    other.metadata.namespace === namespace && !isTerminating(other) && selects(selector, other.metadata.labels)
  const asked = question(`pods of ${namespace} with ${selectorText(selector)}`)
  return info => recall(info, asked, () => info.pods.filter(isMeant).length)
}

function filterFor(pod: Pod, snapshot: Snapshot, defaults: Defaults): Filter | undefined {
  const { nodes } = snapshot
  const constraints = constraintsOf(pod, snapshot, defaults).filter(each => each.whenUnsatisfiable === 'DoNotSchedule')
  if (!constraints.length) return undefined
  const eligible = nodes.filter(info => hasAllPlaces(info, constraints))
  const states = constraints.map(constraint => {
    const { topologyKey, labelSelector, minDomains } = constraint
    const numbers = new Map<string, number>()
    const matching = counter(labelSelector, pod.metadata.namespace)
    for (const info of eligible) {
      if (!counts(constraint, pod, info)) continue
      const place = placeOf(info, topologyKey) as string
      numbers.set(place, (numbers.get(place) ?? 0) + matching(info))
    }
    const leastBut = numbers.size < (minDomains ?? 1) ? () => 0 : leastOf(numbers)
    return { constraint, numbers, leastBut, own: selects(labelSelector, pod.metadata.labels) ? 1 : 0 }
  })
  /** How many more the node counts by what is imagined of it. */
  const moreBy = (constraint: Constraint, info: NodeInfo, { come, gone }: Moves) => {
    if (!hasAllPlaces(info, constraints) || !counts(constraint, pod, info)) return 0
    // Pods that are being deleted are not counted where they are, but where they come or go they are, as upstream does.
    const isMeant = ({ metadata }: Pod) =>
      metadata.namespace === pod.metadata.namespace && selects(constraint.labelSelector, metadata.labels)
    return come.filter(isMeant).length - gone.filter(isMeant).length
  }
  return (_, info, moves) => {
    for (const { constraint, numbers, leastBut, own } of states) {
      const place = placeOf(info, constraint.topologyKey)
      if (place === undefined) return [NO_PLACE]
      const number = (numbers.get(place) ?? 0) + (moves ? moreBy(constraint, info, moves) : 0)
      const least = numbers.has(place) ? Math.min(number, leastBut(place)) : leastBut()
      if (number + own - least > constraint.maxSkew) return [UNEVEN]
    }
    return []
  }
}
/** The least of the numbers, leaving out that of one place. */
function leastOf(numbers: ReadonlyMap<string, number>): (but?: string) => number {
  let [place, least, next]: [string | undefined, number, number] = [undefined, Infinity, Infinity]
  for (const [each, number] of numbers)
    if (number < least) [place, least, next] = [each, number, least]
    else next = Math.min(next, number)
  return but => (but !== undefined && but === place ? next : least)
}

/** What the pod asks for, or what pods like it get. */
function constraintsOf(pod: Pod, { siblings }: Snapshot, defaults: Defaults): readonly Constraint[] {
  const own = pod.spec.topologySpreadConstraints ?? []
  if (own.length || !defaults.constraints.length) return own
  const labelSelector = siblings(pod)
  return labelSelector ? defaults.constraints.map(each => ({ ...each, labelSelector })) : []
}

interface Field {
  readonly snapshot: Snapshot
  readonly feasible: readonly NodeInfo[]
}
function rank(pod: Pod, { snapshot, feasible }: Field, defaults: Defaults): readonly number[] | undefined {
  const constraints = constraintsOf(pod, snapshot, defaults).filter(each => each.whenUnsatisfiable === 'ScheduleAnyway')
  if (!constraints.length) return undefined
  const isLenient = defaults.areLenient && !pod.spec.topologySpreadConstraints?.length
  const isPlaced = (info: NodeInfo) => isLenient || hasAllPlaces(info, constraints)
  const placed = feasible.filter(isPlaced)
  const { namespace } = pod.metadata
  const states = constraints.map(constraint => {
    const { topologyKey, labelSelector } = constraint
    const matching = counter(labelSelector, namespace)
    const numbers = new Map<string, number>()
    // Pods on one node are counted when it is that node's turn.
    if (topologyKey === HOSTNAME) return { constraint, numbers, matching, weight: Math.log(placed.length + 2) }
    // Nodes that name no place are as if together in one without a name.
    const places = new Set(placed.map(info => placeOf(info, topologyKey) ?? ''))
    const isAnywhere = places.size > 1 || !places.has('')
    for (const info of isAnywhere ? snapshot.nodes : []) {
      const place = placeOf(info, topologyKey) ?? ''
      if (!places.has(place) || !isPlaced(info) || !counts(constraint, pod, info)) continue
      numbers.set(place, (numbers.get(place) ?? 0) + matching(info))
    }
    return { constraint, numbers, matching, weight: Math.log(places.size + 2) }
  })
  const crowding = feasible.map(info => {
    if (!isPlaced(info)) return undefined
    let total = 0
    for (const { constraint, numbers, matching, weight } of states) {
      const { topologyKey, maxSkew } = constraint
      const place = placeOf(info, topologyKey)
      if (place === undefined) continue
      const number = topologyKey === HOSTNAME ? matching(info) : (numbers.get(place) ?? 0)
      total += number * weight + (maxSkew - 1)
    }
    return Math.round(total)
  })
  const known = crowding.filter(each => each !== undefined)
  const most = Math.max(0, ...known)
  const least = Math.min(...known)
  return crowding.map(each => {
    if (each === undefined) return 0
    return most === 0 ? SCORE_MAX : Math.floor((SCORE_MAX * (most + least - each)) / most)
  })
}
