/** The labels and annotations by which containers and sandboxes are found again. Names: kubelet, pkg/types and pkg/kubelet/types. */
import { createHash } from 'node:crypto'
import type { Container } from '#kinds/core/container.ts'
import { sidecars } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

export const POD_NAME = 'io.kubernetes.pod.name'
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace'
export const POD_UID = 'io.kubernetes.pod.uid'
export const CONTAINER_NAME = 'io.kubernetes.container.name'
export const CONTAINER_HASH = 'io.kubernetes.container.hash'
export const RESTART_COUNT = 'io.kubernetes.container.restartCount'
export const TERMINATION_MESSAGE_PATH = 'io.kubernetes.container.terminationMessagePath'
export const TERMINATION_MESSAGE_POLICY = 'io.kubernetes.container.terminationMessagePolicy'
export const POD_GRACE_SECONDS = 'io.kubernetes.pod.terminationGracePeriod'
/** Not among upstream's: a node that shuts down without its API server knows pods by their containers only. */
export const POD_PRIORITY = 'io.kubernetes.pod.priority'
/** Not among upstream's either: the place of a sidecar among its pod's sidecars. */
export const SIDECAR_RANK = 'io.kubernetes.container.sidecarRank'
export const CONTAINER_PORTS = 'io.kubernetes.container.ports'
export const PRE_STOP = 'io.kubernetes.container.preStopHandler'

export const podLabels = ({ metadata }: Pod): Readonly<Record<string, string>> => ({
  ...metadata.labels,
  [POD_NAME]: metadata.name ?? '',
  [POD_NAMESPACE]: metadata.namespace ?? '',
  [POD_UID]: metadata.uid ?? '',
})
export const containerLabels = ({ metadata }: Pod, { name }: Pick<Container, 'name'>): Readonly<Record<string, string>> => ({
  [POD_NAME]: metadata.name ?? '',
  [POD_NAMESPACE]: metadata.namespace ?? '',
  [POD_UID]: metadata.uid ?? '',
  [CONTAINER_NAME]: name,
})
export const containerAnnotations = (pod: Pod, container: Container, attempt: number): Readonly<Record<string, string>> => ({
  [CONTAINER_HASH]: containerHash(container),
  [RESTART_COUNT]: String(attempt),
  [TERMINATION_MESSAGE_PATH]: container.terminationMessagePath,
  [TERMINATION_MESSAGE_POLICY]: container.terminationMessagePolicy,
  [POD_GRACE_SECONDS]: String(pod.spec.terminationGracePeriodSeconds),
  [POD_PRIORITY]: String(pod.spec.priority ?? 0),
  ...sidecarRank(pod, container),
  ...(container.ports?.length && { [CONTAINER_PORTS]: JSON.stringify(container.ports) }),
  ...(container.lifecycle?.preStop && { [PRE_STOP]: JSON.stringify(container.lifecycle.preStop) }),
})
function sidecarRank(pod: Pod, { name }: Pick<Container, 'name'>): Readonly<Record<string, string>> {
  const rank = sidecars(pod).findIndex(container => container.name === name)
  return rank < 0 ? {} : { [SIDECAR_RANK]: String(rank) }
}
/** Changes when the container has to be made anew: the image is the one field of it that a pod's update may change. */
export const containerHash = ({ name, image }: Pick<Container, 'name' | 'image'>): string =>
  createHash('sha256').update(`${name}\0${image}`).digest('hex').slice(0, 8)
