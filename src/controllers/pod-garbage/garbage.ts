/** Pods that nobody will take away but we. Upstream: pkg/controller/podgc. */
import type { Node } from '#kinds/core/node.ts'
import { createdAt, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Disruption } from '../pods/disruption-target.ts'

/** Upstream: --terminated-pod-gc-threshold. */
export const ENDED_MAX = 12_500
/** A node that is gone may come back under its name (upstream: quarantineTime). */
export const QUARANTINE_MS = 40_000
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

export interface Garbage {
  readonly pod: Pod
  readonly disruption?: Disruption
  /** It is over, and nobody else will say so. */
  readonly hasFailed?: true
}
export interface Place {
  readonly node: Node | undefined
  /** Since when the node is known to be missing, in milliseconds since the epoch. */
  readonly missingSince?: number | undefined
}

/**
 * | seen | then it goes at once |
 * |---|---|
 * | a pod on a node that has been gone for 40 s | failed, as nobody can say how it ended |
 * | a pod that is being deleted and has no node | failed, as it never ran |
 * | a pod that is being deleted on a node that is out of service and not ready | failed |
 * | more than 12,500 pods that have ended | evicted ones, then those that were made first |
 */
export function garbageIn(pods: readonly Pod[], placeOf: (pod: Pod) => Place, now: number): readonly Garbage[] {
  const found = pods.flatMap(pod => {
    const disruption = (message: string): Disruption => ({
      reason: 'DeletionByPodGC',
      message,
      ...(!isTerminal(pod) && { phase: 'Failed' }),
    })
    if (!pod.spec.nodeName) return isTerminating(pod) ? [{ pod, ...(!isTerminal(pod) && { hasFailed: true as const }) }] : []
    const { node, missingSince } = placeOf(pod)
    if (node)
      return isTerminating(pod) && isOut(node) ? [{ pod, disruption: disruption('PodGC: pod terminating from out-of-service node') }] : []
    return missingSince !== undefined && now - missingSince >= QUARANTINE_MS
      ? [{ pod, disruption: disruption('PodGC: node no longer exists') }]
      : []
  })
  const ended = pods.filter(isTerminal)
  if (ended.length <= ENDED_MAX) return found
  const first = ended.toSorted(evictedAndOlderFirst).slice(0, ended.length - ENDED_MAX)
  return [...found, ...first.filter(pod => !found.some(one => one.pod === pod)).map(pod => ({ pod }))]
}
/** What controllers have made is looked at longer than what was evicted, and replaced. */
const evictedAndOlderFirst = (a: Pod, b: Pod) =>
  Number(isEvicted(b)) - Number(isEvicted(a)) || createdAt(a) - createdAt(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)
const isEvicted = ({ status }: Pod) => status.phase === 'Failed' && status.reason === 'Evicted'
const isOut = ({ spec, status }: Node) =>
  (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE) &&
  !status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
