/** What a claim still needs when its users have gone: to be given back, let go, deleted. Pure. Upstream: resourceclaim, syncClaim. */
import type { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { DELETE_PROTECTION, isDone } from '#kinds/resource/pod-claims.ts'
import type { ResourceClaim, ResourceClaimConsumerReference, ResourceClaimStatus } from '#kinds/resource/resource-claim.ts'

export interface ClaimSight {
  readonly claim: ResourceClaim
  /** By name: the pods of its namespace, as far as they are known; undefined says for certain that there is none. */
  readonly pods: ReadonlyMap<string, Pod | undefined>
}
export interface ClaimPlan {
  readonly status?: ResourceClaimStatus
  /** Those that remain; absent when all do. */
  readonly finalizers?: readonly string[]
  readonly isUnneeded?: boolean
}

/** The names of the pods that have to be known. */
export const usersOf = ({ status }: Pick<ResourceClaim, 'status'>): readonly string[] =>
  (status.reservedFor ?? []).filter(isPod).map(({ name }) => name)
const isPod = ({ apiGroup, resource }: ResourceClaimConsumerReference) => !apiGroup && resource === 'pods'

/**
 * | seen | done |
 * |---|---|
 * | a pod of reservedFor has ended, is gone, or is another one | its entry goes |
 * | the last entry went, and the scheduler had chosen the devices | they are given back, the claim is not protected any more |
 * | nobody uses it, and it is being deleted | the same |
 * | nobody uses it, and the pod for which it was made will not | it is deleted |
 */
export function planForClaim({ claim, pods }: ClaimSight): ClaimPlan {
  const { metadata, status } = claim
  const users = status.reservedFor ?? []
  const remaining = users.filter(entry => !isPod(entry) || uses(pods.get(entry.name), entry.uid))
  const isUnused = remaining.length === 0
  const finalizers = metadata.finalizers ?? []
  const isProtected = finalizers.includes(DELETE_PROTECTION)
  const isUnneeded = isUnused && isOwnerDone(claim, pods) && !metadata.deletionTimestamp
  const { allocation, reservedFor: _, devices, ...rest } = status
  const isGivenBack = isUnused && isProtected && (users.length > 0 || metadata.deletionTimestamp !== undefined)
  const isChanged = remaining.length < users.length || (isGivenBack && allocation !== undefined)
  const next: ResourceClaimStatus = {
    ...rest,
    ...(!isGivenBack && allocation && { allocation }),
    ...(!isUnused && { reservedFor: remaining }),
    ...(!isGivenBack && devices && { devices }),
  }
  return {
    ...(isChanged && { status: next }),
    ...(isGivenBack && { finalizers: finalizers.filter(name => name !== DELETE_PROTECTION) }),
    ...(isUnneeded && { isUnneeded }),
  }
}
const uses = (pod: Pod | undefined, uid: string) => pod?.metadata.uid === uid && !isDone(pod)

/** Where the owner is not known at all, the garbage collector finds out. */
function isOwnerDone({ metadata }: ResourceClaim, pods: ClaimSight['pods']): boolean {
  const owner = controllerOf(metadata)
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Pod') return false
  const pod = pods.get(owner.name)
  return pod !== undefined && (pod.metadata.uid !== owner.uid || isDone(pod))
}
