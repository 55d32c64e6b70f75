/** What a pod counts for while its size changes: the most of what it asks for, what it has been granted and what it has (KEP-1287, KEP-5419). Upstream: component-helpers, resource, UseStatusResources. */
import type { Container } from '../container.ts'
import type { ContainerStatus } from '../container-status.ts'
import type { PodSpec } from '../pod-spec.ts'
import type { PodStatus } from '../pod-status.ts'
import type { ResourceRequirements } from '../resources.ts'
import { isSidecar } from './facts.ts'
import { type Amounts, larger, limitsOf, requestsOf } from './resources.ts'

interface Sized {
  readonly spec: PodSpec
  readonly status?: PodStatus | undefined
}

/** What its node sets aside for the pod, as the scheduler counts; `missing` is what containers without a word of it are taken to ask for. */
export const heldRequestsOf = (pod: Sized, missing?: Amounts): Amounts => requestsOf(held(pod, ofPod), missing)
/** What quotas count: of a pod that is sized as a whole, what it asks for. */
export const countedRequestsOf = (pod: Sized): Amounts => requestsOf(held(pod))
export const countedLimitsOf = (pod: Sized): Amounts => limitsOf(held(pod))

/** A resize that its node can never grant holds nothing of what it asks for. */
export const isInfeasible = ({ status }: Sized): boolean =>
  status?.conditions?.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible'

interface State {
  readonly asked: ResourceRequirements | undefined
  readonly granted?: Amounts | undefined
  readonly inForce: ResourceRequirements
}
function most({ asked, granted = {}, inForce }: State, isNever: boolean): ResourceRequirements {
  const known = larger(inForce.requests ?? {}, granted)
  if (isNever) return { requests: known, limits: inForce.limits ?? {} }
  return { requests: larger(asked?.requests ?? {}, known), limits: larger(asked?.limits ?? {}, inForce.limits ?? {}) }
}

function held(pod: Sized, ofWhole?: typeof ofPod): Sized {
  const { spec, status } = pod
  const known = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].filter(({ resources }) => resources)
  if (known.length === 0 && !status?.resources) return pod
  const byName = new Map(known.map(one => [one.name, one]))
  const isNever = isInfeasible(pod)
  const sized = (container: Container): Container => {
    const told = byName.get(container.name)
    return told?.resources ? { ...container, resources: most(ofContainer(container, told), isNever) } : container
  }
  return {
    spec: {
      ...spec,
      containers: spec.containers.map(sized),
      // One that ends counts as what it asks for: it has a size only while it runs.
      ...(spec.initContainers && { initContainers: spec.initContainers.map(one => (isSidecar(one) ? sized(one) : one)) }),
      ...(spec.resources && ofWhole && { resources: ofWhole(pod, isNever) }),
    },
  }
}
const ofContainer = ({ resources }: Container, told: ContainerStatus): State => ({
  asked: resources,
  granted: told.allocatedResources,
  inForce: told.resources ?? {},
})
/** Only of what the pod sizes as a whole: the rest of its status is the sum of its containers. */
function ofPod({ spec, status }: Sized, isNever: boolean): ResourceRequirements | undefined {
  if (!status?.resources || !spec.resources) return spec.resources
  const { requests = {}, limits = {} } = most(
    { asked: spec.resources, granted: status.allocatedResources, inForce: status.resources },
    isNever,
  )
  const only = (amounts: Amounts, names: Amounts = {}) => Object.fromEntries(Object.entries(amounts).filter(([name]) => name in names))
  return { ...spec.resources, requests: only(requests, spec.resources.requests), limits: only(limits, spec.resources.limits) }
}
