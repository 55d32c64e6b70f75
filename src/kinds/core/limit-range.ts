/** LimitRange: limits and defaults for single objects of a namespace. */

import { known } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkLimits } from './limit-range/rules.ts'
import { resourceList } from './resources.ts'

interface Unfilled {
  type: string
  max?: Record<string, string>
  min?: Record<string, string>
  default?: Record<string, string>
  defaultRequest?: Record<string, string>
}
/** Where nothing is said, a container's limit is the maximum, and its request is the limit or the minimum. */
const fillItem = (item: Unfilled) => {
  if (item.type !== 'Container') return
  const limits = { ...item.max, ...item.default }
  const requests = { ...item.min, ...limits, ...item.defaultRequest }
  if (Object.keys(limits).length) item.default = limits
  if (Object.keys(requests).length) item.defaultRequest = requests
}

export class LimitRangeItem extends struct(
  {
    type: field(
      1,
      known('Pod', 'Container', 'PersistentVolumeClaim'),
      'To what the limits apply: Pod, Container or PersistentVolumeClaim.',
      { always: true },
    ),
    max: field(2, resourceList, 'The most that may be asked for.'),
    min: field(3, resourceList, 'The least that may be asked for.'),
    default: field(4, resourceList, 'Limits of containers that say none.'),
    defaultRequest: field(5, resourceList, 'Requests of containers that say none.'),
    maxLimitRequestRatio: field(6, resourceList, 'How many times its request a limit may be.'),
  },
  { fill: fillItem },
) {}

export class LimitRangeSpec extends struct({
  limits: field(1, list(LimitRangeItem, { listType: 'atomic' }), 'The limits, one entry per type.', { always: true }),
}) {}

export class LimitRange extends kind({
  plural: 'limitranges',
  shortNames: ['limits'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, LimitRangeSpec, 'What is wanted.', { written: true }),
  },
  columns: { 'Created At': ({ metadata }) => metadata.creationTimestamp ?? '' },
  validate: ({ spec }, at) => checkLimits(spec.limits ?? [], at.key('spec').key('limits')),
}) {}
