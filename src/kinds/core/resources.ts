/** Compute resources that containers and volumes ask for. */

import { quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkRequirements } from './resource-rules.ts'

/** Amounts by resource name: `cpu`, `memory`, `example.com/gpu`. */
export const resourceList = map(quantity)

export class ResourceClaim extends struct({
  name: field(1, string, 'Name.', { required: true }),
  request: field(2, string, 'Request.'),
}) {}

export class ResourceRequirements extends struct(
  {
    limits: field(1, resourceList, 'Limits.'),
    requests: field(2, resourceList, 'Requests.'),
    claims: field(3, list(ResourceClaim, { listType: 'map', keys: ['name'] }), 'Claims.'),
  },
  { validate: checkRequirements },
) {}

export class VolumeResourceRequirements extends struct({
  limits: field(1, resourceList, 'Limits.'),
  requests: field(2, resourceList, 'Requests.'),
}) {}
