/** Whether a pod that found no node holds a claim that could be given other devices elsewhere. Pure. Upstream: dynamicresources, PostFilter. */
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { Refused } from '../cycle.ts'
import { claimsOf, DYNAMIC_RESOURCES, isAvailableOn } from '../plugins/dynamic-resources.ts'
import { nodeName, type Snapshot } from '../snapshot.ts'

export interface Deallocation {
  /** The claim that gives its devices back. */
  readonly claim?: ResourceClaim | undefined
  /** Said of it in the message why the pod has no node. */
  readonly word: string
}
export const NO_CLAIMS: Deallocation = { word: 'no new claims to deallocate' }

export function deallocation(pod: Pod, snapshot: Snapshot, { verdicts }: Pick<Refused, 'verdicts'>): Deallocation {
  const claims = claimsOf(pod, snapshot.devices)
  // Where no node was looked at, neither were the claims.
  if (!claims.length || !verdicts.size) return NO_CLAIMS
  const nodes = snapshot.nodes.filter(info => verdicts.get(nodeName(info))?.plugin.name === DYNAMIC_RESOURCES)
  const isOutOfReach = (claim: ResourceClaim) => nodes.some(({ node }) => !isAvailableOn(claim, node, snapshot.devices.now()))
  const claim = claims.find(each => each.status.allocation && isOutOfReach(each) && isOwn(each, pod))
  return claim ? { claim, word: 'deallocation of ResourceClaim completed' } : { word: 'still not schedulable' }
}
/** Whether nobody else uses it. */
const isOwn = ({ status }: ResourceClaim, { metadata }: Pod) => (status.reservedFor ?? []).every(({ uid }) => uid === metadata.uid)
