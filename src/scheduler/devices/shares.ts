/** What each claim of a pod gets on the node that was chosen for the pod. Pure, but for the numbers of shares. */
import type { Random } from '#base/random.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { allotmentOn, claimsOf } from '../plugins/dynamic-resources.ts'
import { nodeName, type Snapshot } from '../snapshot.ts'
import { allocationOf } from './outcome.ts'
import type { Share } from './reservation.ts'

export function sharesOf(pod: Pod, node: string, { snapshot, random }: { snapshot: Snapshot; random: Random }): readonly Share[] {
  const claims = claimsOf(pod, snapshot.devices)
  const info = snapshot.nodes.find(each => nodeName(each) === node)
  if (!claims.length || !info) return []
  const { choices = [] } = allotmentOn(claims, info, snapshot)
  return claims.map(claim => {
    const own = choices.filter(({ wanted }) => wanted.claim === claim)
    return { claim, allocation: claim.status.allocation ? undefined : allocationOf(claim, own, { node, shareId: () => random.uuid() }) }
  })
}
