/** Compute resources that containers and volumes ask for. */

import { quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkRequirements } from './resource-rules.ts'

/** Amounts by resource name: `cpu`, `memory`, `example.com/gpu`. */
export const resourceList = map(quantity)

export class ResourceClaim extends struct({
  name: field(1, string, "The entry of the pod's resourceClaims that the container uses.", { required: true }),
  request: field(2, string, 'One request of the claim; all of them when absent.'),
}) {}

export class ResourceRequirements extends struct(
  {
    limits: field(1, resourceList, 'Amounts that must not be exceeded, by resource.'),
    requests: field(2, resourceList, 'Amounts that are set aside, by resource; the limits when absent.'),
    claims: field(
      3,
      list(ResourceClaim, { listType: 'map', keys: ['name'] }),
      "Devices that the container uses, by the pod's resource claims.",
    ),
  },
  { validate: checkRequirements },
) {}

export class VolumeResourceRequirements extends struct({
  limits: field(1, resourceList, 'The largest size, under `storage`.'),
  requests: field(2, resourceList, 'The least size, under `storage`.'),
}) {}
