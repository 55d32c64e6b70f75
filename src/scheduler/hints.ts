/** Which change of the cluster may let a pod in that a plugin has held up. Without a word here, every change may. Upstream: the plugins' EventsToRegister (KEP-4247). */
import type { PodAffinityTerm, TopologySpreadConstraint } from '#kinds/core/affinity.ts'
import { demandsMet } from '#kinds/core/node-selection.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { untolerated } from '#kinds/core/tolerations.ts'
import { type Selector, selects } from '#kinds/meta/selecting.ts'
import { isEqual } from '#schema/json-value.ts'
import { DEVICE_HINTS } from './device-hints.ts'
import { type Cause, type Change, comes, comesTrue, type Hint, type Hints, type Sight } from './hint.ts'
import { farTerms, means, nearTerms } from './plugins/inter-pod-affinity.ts'
import { amounts, portsCollide, portsOfPod, requestsOfPod } from './snapshot.ts'
import { STORAGE_HINTS } from './storage-hints.ts'

/** Whether one of the plugins that held the pod up may think otherwise now; without one, any change may help. */
export const mayHelp = (plugins: readonly string[], pod: Pod, cause: Cause, sight: Sight): boolean =>
  plugins.length === 0 ||
  plugins.some(name => {
    const hints = HINTS[name]
    return !hints || ((hints[cause.kind] as Hint<unknown> | undefined)?.(pod, cause, sight) ?? false)
  })

const tolerated = ({ spec }: Pod, node: Node) => !untolerated(node.spec?.taints ?? [], spec.tolerations ?? [], ['NoSchedule', 'NoExecute'])

const HINTS: Readonly<Record<string, Hints>> = {
  NodeUnschedulable: { Node: comesTrue<Node>((_, node) => !node.spec?.unschedulable) },
  TaintToleration: { Node: comesTrue(tolerated) },
  NodeAffinity: { Node: comesTrue(({ spec }, node) => demandsMet(spec, node)) },
  NodePorts: {
    Node: comes,
    Pod: (pod, { before, after }) =>
      after === undefined && portsOfPod(before as Pod).some(port => portsOfPod(pod).some(wanted => portsCollide(wanted, port))),
  },
  NodeResourcesFit: {
    Node: (pod, { before, after }) => after !== undefined && fits(pod, after) && (before === undefined || grew(pod, before, after)),
    Pod: (pod, { before, after }) => before !== undefined && (after === undefined || shrank(pod, before, after)),
  },
  NodeDeclaredFeatures: {
    Node: (_, { before, after }) => after !== undefined && !(before && isEqual(declared(before), declared(after))),
  },
  PodTopologySpread: { Node: spreadsAnew, Pod: countsAnew },
  InterPodAffinity: {
    Node: placeHelps,
    Pod: neighbourHelps,
  },
  ...STORAGE_HINTS,
  ...DEVICE_HINTS,
}
const declared = ({ status }: Node): readonly string[] => status?.declaredFeatures ?? []
const labelsOf = (object: Node | Pod | undefined): Readonly<Record<string, string>> => object?.metadata.labels ?? {}

const offered = ({ status }: Node, name: string) => amounts(status?.allocatable)[name] ?? 0
const wantedOf = (pod: Pod) => Object.entries({ ...requestsOfPod(pod), pods: 1 }).filter(([, amount]) => amount > 0)
/** With the node for itself. */
const fits = (pod: Pod, node: Node) => wantedOf(pod).every(([name, amount]) => amount <= offered(node, name))
const grew = (pod: Pod, before: Node, after: Node) => wantedOf(pod).some(([name]) => offered(after, name) > offered(before, name))
/** KEP-1287: a pod that is there asks for less of what is wanted. */
const shrank = (pod: Pod, before: Pod, after: Pod) =>
  wantedOf(pod).some(([name]) => (requestsOfPod(after)[name] ?? 0) < (requestsOfPod(before)[name] ?? 0))

const hardConstraints = ({ spec }: Pod): readonly TopologySpreadConstraint[] =>
  (spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
function countsAnew(pod: Pod, { before, after }: Change<Pod>): boolean {
  if ((after ?? before)?.metadata.namespace !== pod.metadata.namespace) return false
  const isMeant = (selector: Selector | undefined, other: Pod) => selects(selector, labelsOf(other))
  const constraints = hardConstraints(pod)
  // It is held up by what the configuration asks of all pods; whom that means is not known here.
  if (!constraints.length) return true
  if (before && after) return constraints.some(({ labelSelector }) => isMeant(labelSelector, before) !== isMeant(labelSelector, after))
  return constraints.some(({ labelSelector }) => isMeant(labelSelector, (after ?? before) as Pod))
}
function spreadsAnew(pod: Pod, { before, after }: Change<Node>): boolean {
  const constraints = hardConstraints(pod)
  const hasPlaces = (node: Node | undefined) =>
    node !== undefined && constraints.every(({ topologyKey }) => labelsOf(node)[topologyKey] !== undefined)
  if (!before || !after) return hasPlaces(after ?? before)
  if (hasPlaces(before) !== hasPlaces(after)) return true
  const hasMoved = constraints.some(({ topologyKey }) => labelsOf(before)[topologyKey] !== labelsOf(after)[topologyKey])
  return hasPlaces(after) && (hasMoved || !isEqual(before.spec?.taints ?? [], after.spec?.taints ?? []))
}

function placeHelps(pod: Pod, { before, after }: Change<Node>): boolean {
  if (!after) return false
  const [had, has] = [labelsOf(before), labelsOf(after)]
  const hasNew = nearTerms(pod).some(({ topologyKey: key }) => has[key] !== undefined && has[key] !== had[key])
  // Whom the pod cannot bear is nowhere near a node that is new, or that has left their place.
  const hasLeft = farTerms(pod).some(({ topologyKey: key }) => !before || (had[key] !== undefined && has[key] !== had[key]))
  return hasNew || hasLeft
}
function neighbourHelps(pod: Pod, { before, after }: Change<Pod>, sight: Sight): boolean {
  const near = nearTerms(pod)
  const isWanted = (other: Pod | undefined) => other !== undefined && near.length > 0 && near.every(term => means(term, pod, other, sight))
  const isMeant = (term: PodAffinityTerm, other: Pod | undefined) => other !== undefined && means(term, pod, other, sight)
  if (isWanted(after) && !isWanted(before)) return true
  // Each of the terms speaks of places of its own.
  if (farTerms(pod).some(term => isMeant(term, before) && !isMeant(term, after))) return true
  // One that is gone keeps nobody away any more.
  return before !== undefined && after === undefined && farTerms(before).some(term => means(term, before, pod, sight))
}
