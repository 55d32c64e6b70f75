/** The lasting names of a stateful set's pods. Upstream: pkg/controller/statefulset/stateful_set_utils.go. */
import type { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { isAvailable, isReady } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX = 'apps.kubernetes.io/pod-index'
/** Holds the name of the pod's revision. */
export const REVISION = 'controller-revision-hash'

export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`
export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0
export const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy !== 'Parallel'

/** Undefined when the name is not one of the set's. */
export function ordinalOf({ metadata: { name = '' } }: Pod, { metadata }: StatefulSet): number | undefined {
  const prefix = `${metadata.name}-`
  const end = name.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^(0|[1-9]\d{0,9})$/.test(end) ? Number(end) : undefined
}
export const identityLabels = (set: StatefulSet, ordinal: number): Readonly<Record<string, string>> => ({
  [POD_NAME]: podName(set, ordinal),
  [POD_INDEX]: String(ordinal),
})
export const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[REVISION]

export const runsReady = (pod: Pod): boolean => pod.status.phase === 'Running' && isReady(pod)
export const serves = (pod: Pod, { spec }: StatefulSet, now: number): boolean =>
  runsReady(pod) && isAvailable(pod, spec.minReadySeconds ?? 0, now)
