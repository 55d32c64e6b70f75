/** Lease: ?file coordination/lease. */
import { int32, microTime, oneOf, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class LeaseSpec extends struct({
  holderIdentity: field(1, string, '?LeaseSpec.holderIdentity', { explicit: true }),
  leaseDurationSeconds: field(2, int32, '?LeaseSpec.leaseDurationSeconds', { explicit: true }),
  acquireTime: field(3, microTime, '?LeaseSpec.acquireTime'),
  renewTime: field(4, microTime, '?LeaseSpec.renewTime'),
  leaseTransitions: field(5, int32, '?LeaseSpec.leaseTransitions', { explicit: true }),
  strategy: field(6, oneOf('OldestEmulationVersion'), '?LeaseSpec.strategy', { explicit: true }),
  preferredHolder: field(7, string, '?LeaseSpec.preferredHolder', { explicit: true }),
}) {}

export class Lease extends kind({
  plural: 'leases',
  scope: 'Namespaced',
  fields: {
    spec: field(2, LeaseSpec, '?Lease.spec', { written: true }),
  },
}) {}
