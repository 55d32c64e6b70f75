/** How fast nodes that are not ready may lose their pods: when many fall at once, it is rather the network than they. Upstream: nodelifecycle controller, handleDisruption. */
import type { Node } from '#kinds/core/node.ts'
import { drives } from './taints.ts'

/** Nodes per second of a zone. Upstream: --node-eviction-rate. */
const RATE = 0.1
/** Of a large zone that is for the most part not ready. Upstream: --secondary-node-eviction-rate, --large-cluster-size-threshold. */
const LARGE = { nodes: 50, rate: 0.01 }
/** So many, and at least such a part of a zone. Upstream: --unhealthy-zone-threshold. */
const MANY = { nodes: 3, part: 0.55 }
/** Upstream's --node-monitor-period: nodes that fall within it fall together, and so soon it is seen that one that waits may go on. */
const PERIOD_MS = 5_000
const EXCLUDED = 'node.kubernetes.io/exclude-disruption'
/** The older name of a label goes first. */
const PLACES = [
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
]

const readiness = ({ status }: Node) => status?.conditions?.find(({ type }) => type === 'Ready')
const isReady = (node: Node): boolean => readiness(node)?.status === 'True'

/** The zone and region of a node, as one word. */
export const placeOf = ({ metadata: { labels = {} } }: Node): string =>
  PLACES.map(names => names.map(name => labels[name]).find(value => value !== undefined) ?? '').join('/')

/**
 * Nodes of a place that may be driven empty per second; `undefined` when no node of the cluster is ready, so that nobody is to be driven away
 * at all: then the control plane itself is cut off, or has slept.
 */
export function drivingRate(place: string, nodes: readonly Node[]): number | undefined {
  const counted = nodes.filter(({ metadata }) => metadata.labels?.[EXCLUDED] === undefined)
  if (counted.length > 0 && !counted.some(isReady)) return undefined
  const here = counted.filter(node => placeOf(node) === place)
  const fallen = here.filter(node => !isReady(node)).length
  // A zone that is cut off as a whole is left at the usual rate: its pods are wanted elsewhere.
  if (fallen === here.length || fallen < MANY.nodes || fallen / here.length < MANY.part) return RATE
  return here.length > LARGE.nodes ? LARGE.rate : 0
}

export interface Turn {
  readonly mayDrive: boolean
  /** It begins now. */
  readonly isNew?: boolean
  /** No node of the cluster is ready: none may drive its pods away, also none that does so already. */
  readonly areAllDown?: boolean
  readonly lookAgainMs?: number
}
/** Whether a node may drive its pods away. `last`: when one of its place began to, in milliseconds since the epoch. */
export function turnOf(
  node: Node,
  nodes: { readonly list: () => readonly Node[] },
  { last = -Infinity, now }: { readonly last?: number | undefined; readonly now: number },
): Turn {
  if (isReady(node)) return { mayDrive: true }
  const rate = drivingRate(placeOf(node), nodes.list())
  if (rate === undefined) return { mayDrive: false, areAllDown: true, lookAgainMs: PERIOD_MS }
  if (drives(node)) return { mayDrive: true }
  if (rate === 0) return { mayDrive: false, lookAgainMs: PERIOD_MS }
  const fell = Date.parse(readiness(node)?.lastTransitionTime ?? '') || 0
  // What will have been later than now was before the clock was set back.
  const since = (at: number) => (at > now ? Infinity : now - at)
  const wait = Math.max(1000 / rate - since(last), PERIOD_MS - since(fell))
  return wait > 0 ? { mayDrive: false, lookAgainMs: Math.min(wait, PERIOD_MS) } : { mayDrive: true, isNew: true }
}
