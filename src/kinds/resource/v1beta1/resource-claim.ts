/** ResourceClaim: ?file resource/v1beta1/resource-claim. */
import { field } from '#schema/vocabulary.ts'
import { ResourceClaimStatus } from './again.ts'
import { DeviceClaim } from './device-claim.ts'
import { kind, struct } from './group.ts'

export class ResourceClaimSpec extends struct({
  devices: field(1, DeviceClaim, '?ResourceClaimSpec.devices', { written: true }),
}) {}

export class ResourceClaim extends kind({
  plural: 'resourceclaims',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimSpec, '?ResourceClaim.spec', { always: true }),
    status: field(3, ResourceClaimStatus, '?ResourceClaim.status', { written: true }),
  },
  subresources: { status: true },
}) {}
