/** Takes from a claim the devices that had been chosen for it, so that others can be. */
import type { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'

export async function giveBack(claim: ResourceClaim, { client, claims }: { client: Client; claims: Mirror<ResourceClaim> }): Promise<void> {
  const { allocation: _, reservedFor: __, devices: ___, ...status } = claim.status
  try {
    claims.learn(await client.update(ResourceClaim, { ...claim, status }, { subresource: 'status' }))
  } catch (error) {
    // Somebody else has begun to use it, or it is gone: the pod is woken by that change.
    if (!isRefusal(error, 'Conflict') && !isRefusal(error, 'NotFound')) throw error
  }
}
