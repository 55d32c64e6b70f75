/** What is said to extenders, and what their answers mean. Pure. Wire format: k8s.io/kube-scheduler, extender/v1, whose names are those of Go. */
import { containers } from '#kinds/core/pod/facts.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Extender } from '#kinds/scheduler-configuration/extender.ts'
import { type NodeInfo, nodeName, type Snapshot } from './snapshot.ts'
import type { Victims } from './victims.ts'

/** An extender's scores go from 0 to 10, those of the scheduler to 100. */
const SCORE_SCALE = 10

/** Whether the extender has a say about the pod. */
export function isInterested({ managedResources = [] }: Extender, { spec }: Pod): boolean {
  const names = new Set(managedResources.map(({ name }) => name))
  const asks = (amounts: object = {}) => Object.keys(amounts).some(name => names.has(name))
  return names.size === 0 || containers(spec).some(({ resources }) => asks(resources?.requests) || asks(resources?.limits))
}

export function argsFor({ nodeCacheCapable }: Extender, pod: Pod, nodes: readonly NodeInfo[]): object {
  const whole = () => ({ metadata: {}, items: nodes.map(({ node }) => node) })
  return { Pod: pod, Nodes: nodeCacheCapable ? null : whole(), NodeNames: nodeCacheCapable ? nodes.map(nodeName) : null }
}

export interface Filtered {
  readonly kept: readonly NodeInfo[]
  /** By node: why not, and whether it would help that other pods went. */
  readonly failed: ReadonlyMap<string, { readonly reason: string; readonly evictionHelps: boolean }>
}
/** Throws Error in upstream's words when the extender says that it failed, or keeps a node that it was not asked about. */
export function filtered({ urlPrefix, nodeCacheCapable }: Extender, answer: unknown, nodes: readonly NodeInfo[]): Filtered {
  const { error, nodenames, nodes: list, failednodes, failedandunresolvablenodes } = members(answer)
  if (error) throw new Error(error as string)
  const byName = new Map(nodes.map(info => [nodeName(info), info]))
  const names =
    nodeCacheCapable && nodenames
      ? (nodenames as readonly string[])
      : ((members(list)['items'] ?? []) as readonly Node[]).map(({ metadata }) => metadata.name as string)
  const kept = names.map(name => {
    const info = byName.get(name)
    if (!info) throw new Error(`extender "${urlPrefix}" claims a filtered node "${name}" which is not found in the input node list`)
    return info
  })
  const reasons = (map: unknown, evictionHelps: boolean) =>
    Object.entries((map ?? {}) as Readonly<Record<string, string>>).map(([name, reason]) => [name, { reason, evictionHelps }] as const)
  return { kept, failed: new Map([...reasons(failednodes, true), ...reasons(failedandunresolvablenodes, false)]) }
}

/** What the answer adds to the scores of the nodes. */
export function points({ weight = 0 }: Extender, answer: unknown): ReadonlyMap<string, number> {
  const scores = ((answer ?? []) as readonly unknown[]).map(members)
  return new Map(scores.map(({ host, score }) => [String(host), Number(score ?? 0) * weight * SCORE_SCALE]))
}

export function preemptionArgs({ nodeCacheCapable }: Extender, pod: Pod, candidates: readonly Victims[]): object {
  const by = (pods: (victims: Victims) => readonly unknown[]) =>
    Object.fromEntries(candidates.map(each => [each.node, { Pods: pods(each), NumPDBViolations: each.violations }]))
  return nodeCacheCapable
    ? { Pod: pod, NodeNameToVictims: null, NodeNameToMetaVictims: by(({ pods }) => pods.map(({ metadata }) => ({ UID: metadata.uid }))) }
    : { Pod: pod, NodeNameToVictims: by(({ pods }) => pods), NodeNameToMetaVictims: null }
}
/** Throws Error in upstream's words when it names pods that are not there, or a node without victims and is not ignorable. */
export function victimsLeft({ urlPrefix, ignorable }: Extender, answer: unknown, { nodes }: Snapshot): readonly Victims[] {
  const left = (members(answer)['nodenametometavictims'] ?? {}) as Readonly<Record<string, unknown>>
  return Object.entries(left).flatMap(([name, named]) => {
    const { pods = [], numpdbviolations = 0 } = members(named)
    const info = nodes.find(each => nodeName(each) === name)
    if (!info) throw new Error(`nodeinfo not found for node name "${name}"`)
    const victims = ((pods ?? []) as readonly unknown[]).map(each => {
      const { uid } = members(each)
      const pod = info.pods.find(({ metadata }) => metadata.uid === uid)
      if (!pod)
        throw new Error(
          `extender: ${urlPrefix} claims to preempt pod (UID: ${String(uid)}) on node: ${name}, but the pod is not found on that node`,
        )
      return pod
    })
    if (victims.length) return { node: name, pods: victims, violations: numpdbviolations as number }
    if (ignorable) return []
    throw new Error(`expected at least one victim pod on node "${name}"`)
  })
}

export const bindingArgs = ({ metadata }: Pod, node: string): object => ({
  PodName: metadata.name,
  PodNamespace: metadata.namespace,
  PodUID: metadata.uid,
  Node: node,
})
/** What the extender says went wrong. */
export const failureIn = (answer: unknown): string | undefined => (members(answer)['error'] as string | undefined) || undefined

/** Go does not look at the case of names when it reads, and extenders are written in many languages. */
const members = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value ?? {}).map(([name, member]) => [name.toLowerCase(), member]))
