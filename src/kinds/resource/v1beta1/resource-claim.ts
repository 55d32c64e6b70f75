/** ResourceClaim: devices for pods, as v1beta1 shows them. */
import { field } from '#schema/vocabulary.ts'
import { ResourceClaimStatus } from './again.ts'
import { DeviceClaim } from './device-claim.ts'
import { kind, struct } from './group.ts'

export class ResourceClaimSpec extends struct({
  devices: field(1, DeviceClaim, 'The devices that are wanted.', { written: true }),
}) {}

export class ResourceClaim extends kind({
  plural: 'resourceclaims',
  scope: 'Namespaced',
  fields: {
    spec: field(2, ResourceClaimSpec, 'What is wanted.', { always: true }),
    status: field(3, ResourceClaimStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
}) {}
