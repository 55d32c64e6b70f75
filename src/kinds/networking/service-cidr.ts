/** ServiceCIDR: ranges from which services get their addresses. */
import { Condition } from '#kinds/meta/condition.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceCIDRSpec extends struct({
  cidrs: field(1, list(string, { listType: 'atomic' }), 'One or two ranges, of different IP families, from which services get addresses.'),
}) {}

export class ServiceCIDRStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class ServiceCIDR extends kind({
  plural: 'servicecidrs',
  scope: 'Cluster',
  fields: {
    spec: field(2, ServiceCIDRSpec, 'What is wanted.', { written: true }),
    status: field(3, ServiceCIDRStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
}) {}
