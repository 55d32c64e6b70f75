/** Which claims of devices a pod uses, and which of them were made for it. Upstream: dynamic-resource-allocation, resourceclaim. */
import type { PodResourceClaim } from '#kinds/core/pod-spec.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import type { ResourceClaim } from './resource-claim.ts'

/** Says of a claim for which entry of a pod it was made. */
export const POD_CLAIM_NAME = 'resource.kubernetes.io/pod-claim-name'
/** Says of a claim that the scheduler made it for a pod's extended resources. */
export const EXTENDED_RESOURCE_CLAIM = 'resource.kubernetes.io/extended-resource-claim'
/** Keeps a claim as long as it has devices. */
export const DELETE_PROTECTION = 'resource.kubernetes.io/delete-protection'

type PodView = Pick<Pod, 'metadata' | 'spec' | 'status'>
/** Without a name no claim is needed, or, where there is a problem, none is known yet. */
export interface ClaimName {
  readonly name?: string | undefined
  /** Whether it is made from a template, so that it has to be the pod's own. */
  readonly isGenerated: boolean
  readonly problem?: string
}

export function claimNameOf({ metadata, status }: PodView, entry: PodResourceClaim): ClaimName {
  if (entry.resourceClaimName !== undefined) return { name: entry.resourceClaimName, isGenerated: false }
  const pod = `pod "${metadata.namespace}/${metadata.name}"`
  if (entry.resourceClaimTemplateName === undefined)
    return { isGenerated: false, problem: `${pod}, spec.resourceClaim "${entry.name}": none of the supported fields are set` }
  const made = status.resourceClaimStatuses?.find(({ name }) => name === entry.name)
  return made
    ? { name: made.resourceClaimName, isGenerated: true }
    : { isGenerated: true, problem: `${pod}: ResourceClaim not created yet` }
}
export const usesClaims = ({ spec }: Pick<Pod, 'spec'>): boolean => (spec.resourceClaims ?? []).length > 0
/** The names of all claims that are known to be the pod's, the one of its extended resources among them. */
export function claimNamesOf(pod: PodView): readonly string[] {
  const named = (pod.spec.resourceClaims ?? []).flatMap(entry => claimNameOf(pod, entry).name ?? [])
  const extended = pod.status.extendedResourceClaimStatus?.resourceClaimName
  return extended ? [...named, extended] : named
}

/** Why a claim that was to be made for the pod is not the pod's. */
export function notFor({ metadata: pod }: Pick<Pod, 'metadata'>, { metadata: claim }: Pick<ResourceClaim, 'metadata'>): string | undefined {
  const [one, other] = [`ResourceClaim ${claim.namespace}/${claim.name}`, `Pod ${pod.namespace}/${pod.name}`]
  if (claim.namespace !== pod.namespace) return `${one} is not in the same namespace as ${other}`
  return controllerOf(claim)?.uid === pod.uid ? undefined : `${one} was not created for ${other} (Pod is not owner)`
}
export const isReservedFor = ({ metadata }: Pick<Pod, 'metadata'>, { status }: Pick<ResourceClaim, 'status'>): boolean =>
  (status.reservedFor ?? []).some(({ uid }) => uid === metadata.uid)
/** The entry by which a claim says that the pod uses it. */
export const reservationOf = ({ metadata }: Pick<Pod, 'metadata'>) => ({
  resource: 'pods',
  name: metadata.name as string,
  uid: metadata.uid as string,
})

/** Whether the pod will not need its devices, or not any more. */
export const isDone = ({ metadata, spec, status }: PodView): boolean =>
  status.phase === 'Succeeded' || status.phase === 'Failed' || (metadata.deletionTimestamp !== undefined && !spec.nodeName)
