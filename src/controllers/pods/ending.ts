/** When a pod ended. */
import { createdAt, isSidecar } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** Milliseconds since the epoch: as its containers say, sidecars last, else when it ceased to be ready, or was told to go, or was made. */
export function finishedAt(pod: Pod): number {
  const { metadata, spec, status } = pod
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name))
  const lasting = (status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name))
  const ends = [...(status.containerStatuses ?? []), ...lasting].map(({ state }) => state.terminated?.finishedAt)
  if (ends.length && ends.every(end => end !== undefined)) return Math.max(...ends.map(end => Date.parse(end)))
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime)
  if (metadata.deletionTimestamp) return Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
  return createdAt(pod)
}
