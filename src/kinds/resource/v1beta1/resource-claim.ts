/** ResourceClaim: devices for pods, as v1beta1 shows them. */

import { age } from '#kinds/columns.ts'
import { stateOf } from '#kinds/resource/claim-state.ts'
import { ResourceClaim as ResourceClaimV1 } from '#kinds/resource/resource-claim.ts'
import { field } from '#schema/vocabulary.ts'
import { ResourceClaimStatus } from './again.ts'
import { shownClaim, storedClaim } from './conversion.ts'
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
  columns: { State: ({ metadata, status }) => stateOf(status, metadata.deletionTimestamp !== undefined), Age: age },
  view: { of: () => ResourceClaimV1, show: shownClaim, store: storedClaim },
}) {}
