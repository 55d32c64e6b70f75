/** Lease: a lock that must be renewed. */
import { age } from '#kinds/columns.ts'
import { int32, known, microTime, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class LeaseSpec extends struct(
  {
    holderIdentity: field(1, string, 'Who holds the lease.', { explicit: true }),
    leaseDurationSeconds: field(2, int32, 'How long it may be held without being renewed, in seconds.', { explicit: true }),
    acquireTime: field(3, microTime, 'When the holder got it.'),
    renewTime: field(4, microTime, 'When the holder renewed it last.'),
    leaseTransitions: field(5, int32, 'How often it changed hands.', { explicit: true, minimum: 0 }),
    strategy: field(6, known('OldestEmulationVersion'), 'How the holder is chosen among candidates.', { explicit: true }),
    preferredHolder: field(7, string, 'Who should hold it instead.', { explicit: true }),
  },
  {
    validate: ({ leaseDurationSeconds, preferredHolder, strategy }, at) => {
      if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
        at.key('leaseDurationSeconds').invalid(leaseDurationSeconds, 'must be greater than 0')
      if (preferredHolder && !strategy) at.key('preferredHolder').forbidden('may only be specified when `strategy` is defined')
    },
  },
) {}

export class Lease extends kind({
  plural: 'leases',
  scope: 'Namespaced',
  fields: {
    spec: field(2, LeaseSpec, 'What is wanted.', { written: true }),
  },
  columns: { Holder: ({ spec }) => spec.holderIdentity ?? '', Age: age },
}) {}
