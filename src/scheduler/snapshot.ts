/** What the scheduler knows of the nodes at one moment: what they offer, and what their pods have taken. */
import type { Node } from '#kinds/core/node.ts'
import { sidecars } from '#kinds/core/pod/facts.ts'
import { heldRequestsOf } from '#kinds/core/pod/held-resources.ts'
import { asksAsWhole } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Selector } from '#kinds/meta/selecting.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import type { Devices } from './devices/sight.ts'
import type { FindImage } from './images.ts'
import type { Storage } from './storage.ts'

/** Amounts by resource name: CPU in thousandths, everything else in units (bytes, pieces). */
export type Amounts = Readonly<Record<string, number>>
export interface HostPort {
  readonly protocol: string
  readonly address: string
  readonly port: number
}
export interface NodeInfo {
  readonly node: Node
  readonly pods: readonly Pod[]
  /** Those of the pods that want to be near others or far from them. */
  readonly choosy: readonly Pod[]
  readonly allocatable: Amounts
  readonly requested: Amounts
  /** As `requested`, but containers that ask for nothing count as a little, so that they too are spread. */
  readonly assumed: Amounts
  readonly ports: readonly HostPort[]
  /** What was found out about it so far: see `recall`. It goes with this state of the node. */
  readonly answers: Map<number, unknown>
}
/** The whole cluster, for decisions that look beyond one node. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[]
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>>
  /** Pods without a node for which room is being made on this one. */
  readonly nominated: (node: string) => readonly Pod[]
  /** What the services and the controller of a pod select; nothing when it has neither. */
  readonly siblings: (pod: Pod) => Selector | undefined
  readonly storage: Storage
  readonly devices: Devices
  readonly images: FindImage
}

/** What a container without a request is taken for when nodes are scored. Upstream: scheduler, util/pod_resources.go. */
const ASSUMED = { cpu: '100m', memory: '200Mi' }
/** Every address of the node. */
const ANY_ADDRESS = '0.0.0.0'

export const amounts = (quantities: Readonly<Record<string, string>> = {}): Amounts =>
  Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, name === 'cpu' ? milliValue(quantity) : quantityValue(quantity)]),
  )
export function sum(parts: readonly Amounts[]): Amounts {
  const total: Record<string, number> = {}
  for (const part of parts) for (const [name, amount] of Object.entries(part)) total[name] = (total[name] ?? 0) + amount
  return total
}

/** Whether it is counted by pieces, not measured as every pod takes some of it. */
export const isScalar = (resource: string): boolean => resource !== 'cpu' && resource !== 'memory' && resource !== 'ephemeral-storage'

interface About {
  readonly requests: Amounts
  readonly assumed: Amounts
  readonly assumedAsNew: Amounts
  readonly ports: readonly HostPort[]
}
/** Pods are never changed in place, so what is read off one once holds for good. */
const read = new WeakMap<Pod, About>()
function about(pod: Pod) {
  const known = read.get(pod)
  if (known) return known
  const held = heldRequestsOf(pod)
  const missing = asksAsWhole(pod.spec) ? Object.fromEntries(Object.entries(ASSUMED).filter(([name]) => held[name] === undefined)) : ASSUMED
  const { resources: _, ...parts } = pod.spec
  const assumedAsNew = amounts(heldRequestsOf({ ...pod, spec: parts }, ASSUMED))
  // Init containers that end have done so before another pod could want the port.
  const ports = [...sidecars(pod), ...pod.spec.containers]
    .flatMap(container => container.ports ?? [])
    .filter(({ hostPort }) => hostPort)
    .map(({ hostPort, protocol, hostIP }) => ({ port: hostPort as number, protocol: protocol || 'TCP', address: hostIP || ANY_ADDRESS }))
  const made = { requests: amounts(held), assumed: amounts(heldRequestsOf(pod, missing)), assumedAsNew, ports }
  read.set(pod, made)
  return made
}
export const requestsOfPod = (pod: Pod): Amounts => about(pod).requests
export const assumedOfPod = (pod: Pod): Amounts => about(pod).assumed
/** The same of a pod that looks for a node: as upstream, by its containers alone. */
export const assumedOfNewPod = (pod: Pod): Amounts => about(pod).assumedAsNew
export const portsOfPod = (pod: Pod): readonly HostPort[] => about(pod).ports
export const portsCollide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.address === b.address || a.address === ANY_ADDRESS || b.address === ANY_ADDRESS)

/** `pods` are those that take room on the node: assigned, and neither succeeded nor failed. */
export const nodeInfo = (node: Node, pods: readonly Pod[]): NodeInfo => ({
  node,
  pods,
  choosy: pods.filter(({ spec }) => spec.affinity?.podAffinity ?? spec.affinity?.podAntiAffinity),
  allocatable: amounts(node.status?.allocatable),
  requested: sum(pods.map(requestsOfPod)),
  assumed: sum(pods.map(assumedOfPod)),
  ports: pods.flatMap(portsOfPod),
  answers: new Map(),
})

export const nodeName = ({ node }: NodeInfo): string => node.metadata.name as string
export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0
export const withPods = (info: NodeInfo, pods: readonly Pod[]): NodeInfo => nodeInfo(info.node, pods)
