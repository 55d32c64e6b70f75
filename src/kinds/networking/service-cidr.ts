/** ServiceCIDR: ?file networking/service-cidr. */
import { Condition } from '#kinds/meta/condition.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ServiceCIDRSpec extends struct({
  cidrs: field(1, list(string, { listType: 'atomic' }), '?ServiceCIDRSpec.cidrs'),
}) {}

export class ServiceCIDRStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?ServiceCIDRStatus.conditions',
  ),
}) {}

export class ServiceCIDR extends kind({
  plural: 'servicecidrs',
  scope: 'Cluster',
  fields: {
    spec: field(2, ServiceCIDRSpec, '?ServiceCIDR.spec', { written: true }),
    status: field(3, ServiceCIDRStatus, '?ServiceCIDR.status', { written: true }),
  },
  subresources: { status: true },
}) {}
