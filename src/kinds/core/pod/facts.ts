/** What can be said of a pod by looking at it. Used by controllers, the scheduler, the kubelet and in tables. */
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { Container } from '../container.ts'
import type { ContainerStatus } from '../container-status.ts'
import type { PodSpec } from '../pod-spec.ts'
import type { PodCondition, PodStatus } from '../pod-status.ts'

/** A pod, as far as these facts look at it. */
export interface PodView {
  readonly metadata: ObjectMeta
  readonly spec: PodSpec
  readonly status: PodStatus
}

/** Lower cost goes first when a workload gives pods up (KEP-2255). */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

export const condition = ({ status }: PodView, type: string): PodCondition | undefined => status.conditions?.find(one => one.type === type)
const isTrue = (pod: PodView, type: string) => condition(pod, type)?.status === 'True'

export const isReady = (pod: PodView): boolean => isTrue(pod, 'Ready')
export const isInitialized = (pod: PodView): boolean => isTrue(pod, 'Initialized')
/** Whether the pod has a node. */
export const isScheduled = ({ spec }: PodView): boolean => Boolean(spec.nodeName)
/** Whether the pod has ended for good. */
export const isTerminal = ({ status }: { readonly status: PodStatus }): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'
/** Whether the pod is being deleted. */
export const isTerminating = ({ metadata }: PodView): boolean => metadata.deletionTimestamp !== undefined
/** Whether the pod counts for the workload that owns it: neither ended nor being deleted. */
export const isActive = (pod: PodView): boolean => !isTerminal(pod) && !isTerminating(pod)
/** Whether the pod waits for gates to be lifted before it is scheduled (KEP-3521). */
export const isGated = ({ spec }: PodView): boolean => (spec.schedulingGates ?? []).length > 0
/** Whether the pod runs with the node's own network. */
export const usesHostNetwork = ({ spec }: PodView): boolean => spec.hostNetwork === true
/** Whether the pod stands for a manifest on the node, which the API server cannot change. */
export const MIRROR = 'kubernetes.io/config.mirror'
export const isMirror = ({ metadata }: PodView): boolean => metadata.annotations?.[MIRROR] !== undefined
/** Whether the pod comes from a manifest on the node, not from the API. */
const isStatic = ({ metadata }: Pick<PodView, 'metadata'>): boolean =>
  (metadata.annotations?.['kubernetes.io/config.source'] ?? 'api') !== 'api'
/** From this priority on (system-cluster-critical) the cluster itself depends on a pod. */
const CRITICAL_PRIORITY = 2_000_000_000
/** Whether the node keeps the pod however short it runs. Upstream: kubelet/types, IsCriticalPod. */
export const isCritical = (pod: PodView): boolean => isStatic(pod) || isMirror(pod) || (pod.spec.priority ?? 0) >= CRITICAL_PRIORITY

/** Milliseconds since the epoch; undefined while the pod is not ready. */
export function readySince(pod: PodView): number | undefined {
  const ready = condition(pod, 'Ready')
  return ready?.status === 'True' && ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : undefined
}
/** Whether the pod has been ready for long enough at `now` (milliseconds since the epoch). */
export function isAvailable(pod: PodView, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false
  if (minReadySeconds === 0) return true
  const since = readySince(pod)
  return since !== undefined && since + minReadySeconds * 1000 <= now
}
/** Milliseconds since the epoch. */
export const createdAt = ({ metadata }: PodView): number => (metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : 0)
export function deletionCost({ metadata }: PodView): number {
  const cost = metadata.annotations?.[DELETION_COST]
  return cost !== undefined && /^(0|-?[1-9]\d{0,9})$/.test(cost) ? Number(cost) : 0
}
/** The most restarts of any single container. */
export const restarts = ({ status }: PodView): number =>
  Math.max(0, ...[...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(one => one.restartCount))

/** Whether an init container keeps running beside the others (KEP-753). */
export const isSidecar = (container: Pick<Container, 'restartPolicy'> | undefined): boolean => container?.restartPolicy === 'Always'
export const sidecars = ({ spec }: { readonly spec: PodSpec }): readonly Container[] => (spec.initContainers ?? []).filter(isSidecar)
/** Init containers, then regular ones; without ephemeral ones. Before a pod is checked, it may have none. */
export const containers = (spec: PodSpec): readonly Container[] => [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
/** Whether the exit of one of its containers may restart the whole pod (KEP-5532). */
export const couldRestartAll = ({ spec }: { readonly spec: PodSpec }): boolean =>
  containers(spec).some(({ restartPolicyRules = [] }) => restartPolicyRules.some(({ action }) => action === 'RestartAllContainers'))
export const statusOf = ({ status }: PodView, container: string): ContainerStatus | undefined =>
  [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses]
    .flatMap(statuses => statuses ?? [])
    .find(one => one.name === container)

/** The owner that manages the pod, if any. */
export const controllerOf = ({ metadata }: PodView) => metadata.ownerReferences?.find(owner => owner.controller)
