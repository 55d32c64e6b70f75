/** What is said of a node that gives no sign of life. Upstream: nodelifecycle controller, tryUpdateNodeHealth. */
import { timestamp } from '#base/clock.ts'
import type { Node } from '#kinds/core/node.ts'
import type { NodeCondition } from '#kinds/core/node-status.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** Several missed renewals of the lease, and longer than a broken connection takes to be noticed. Upstream: --node-monitor-grace-period. */
export const SILENCE_MAX_MS = 50_000
/** Of a node that has not spoken yet. Upstream: --node-startup-grace-period. */
export const STARTUP_MAX_MS = 60_000
/** What a kubelet reports; nothing else of a silent node is known any more. */
const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** The node's conditions when nothing was heard of it for too long; undefined when they say so already. */
export function silenced({ metadata, status }: Node, now: number): readonly NodeCondition[] | undefined {
  const conditions = status.conditions ?? []
  const at = timestamp(now)
  const never = REPORTED.filter(type => !conditions.some(one => one.type === type)).map(type => ({
    type,
    status: 'Unknown' as const,
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    ...(metadata.creationTimestamp && { lastHeartbeatTime: metadata.creationTimestamp }),
    lastTransitionTime: at,
  }))
  const isKnown = ({ type, status }: NodeCondition) => status !== 'Unknown' && REPORTED.some(one => one === type)
  if (never.length === 0 && !conditions.some(isKnown)) return undefined
  const unknown = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' } as const
  return [...conditions.map(one => (isKnown(one) ? { ...one, ...unknown, lastTransitionTime: at } : one)), ...never]
}

/** The conditions of a pod whose node is not ready; undefined when the pod is not said to be ready. */
export function unready({ status }: Pod, now: number): Pod['status']['conditions'] | undefined {
  if (!status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) return undefined
  return status.conditions.map(one => (one.type === 'Ready' ? { ...one, status: 'False', lastTransitionTime: timestamp(now) } : one))
}

/** For how long nothing may be heard of the node, in milliseconds. */
export const patienceMs = ({ status }: Node): number =>
  status.conditions?.some(({ type }) => type === 'Ready') ? SILENCE_MAX_MS : STARTUP_MAX_MS
