/** What a pod has as a whole, as its status tells it: what is set aside for it, and what is in force. KEP-5419. Upstream: convertToAPIPodLevelResourcesStatus. */
import { type Amounts, limitsOf, requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodStatus } from '#kinds/core/pod-status.ts'
import { podLimits } from './cgroup.ts'
import { asGranted, type Grants, RESIZABLE } from './resize.ts'

/** `group`: with what the pod's control group was last written. Unlike upstream, what is asked of memory does not stay what it was before a resize. */
export function podSize(pod: Pod, group: Grants | undefined, isRunning: boolean): Pick<PodStatus, 'allocatedResources' | 'resources'> {
  const allocated = requestsOf(pod)
  return {
    ...(Object.keys(allocated).length && { allocatedResources: allocated }),
    resources: isRunning ? inForce(pod, group ? asGranted(pod, group) : pod) : told(pod, allocated, limitsOf(pod)),
  }
}
const inForce = (pod: Pod, actual: Pod): PodStatus['resources'] => {
  const { requests, limits } = pod.spec.resources ?? {}
  return told(pod, { ...requests, ...resizable(requestsOf(actual)) }, { ...limits, ...resizable(podLimits(actual)) })
}
const resizable = (amounts: Amounts): Amounts =>
  Object.fromEntries(RESIZABLE.flatMap(name => (amounts[name] === undefined ? [] : [[name, amounts[name]]])))
const told = ({ spec }: Pod, requests: Amounts, limits: Amounts): PodStatus['resources'] => ({
  ...(spec.resources?.claims && { claims: spec.resources.claims }),
  ...(Object.keys(requests).length && { requests }),
  ...(Object.keys(limits).length && { limits }),
})
