/** LeaseCandidate: ?file coordination/v1beta1/lease-candidate. */
import { known, microTime, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class LeaseCandidateSpec extends struct({
  leaseName: field(1, string, '?LeaseCandidateSpec.leaseName', { required: true }),
  pingTime: field(2, microTime, '?LeaseCandidateSpec.pingTime'),
  renewTime: field(3, microTime, '?LeaseCandidateSpec.renewTime'),
  binaryVersion: field(4, string, '?LeaseCandidateSpec.binaryVersion', { required: true }),
  emulationVersion: field(5, string, '?LeaseCandidateSpec.emulationVersion'),
  strategy: field(6, known('OldestEmulationVersion'), '?LeaseCandidateSpec.strategy', { required: true }),
}) {}

export class LeaseCandidate extends kind({
  plural: 'leasecandidates',
  scope: 'Namespaced',
  fields: {
    spec: field(2, LeaseCandidateSpec, '?LeaseCandidate.spec', { always: true }),
  },
}) {}
