/** LimitRange: limits and defaults for single objects of a namespace. */
import { known } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { resourceList } from './resources.ts'

export class LimitRangeItem extends struct({
  type: field(1, known('Pod', 'Container', 'PersistentVolumeClaim'), 'Type.', { always: true }),
  max: field(2, resourceList, 'Max.'),
  min: field(3, resourceList, 'Min.'),
  default: field(4, resourceList, 'Default.'),
  defaultRequest: field(5, resourceList, 'Default request.'),
  maxLimitRequestRatio: field(6, resourceList, 'Max limit request ratio.'),
}) {}

export class LimitRangeSpec extends struct({
  limits: field(1, list(LimitRangeItem, { listType: 'atomic' }), 'Limits.', { always: true }),
}) {}

export class LimitRange extends kind({
  plural: 'limitranges',
  shortNames: ['limits'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, LimitRangeSpec, 'Spec.', { written: true }),
  },
}) {}
