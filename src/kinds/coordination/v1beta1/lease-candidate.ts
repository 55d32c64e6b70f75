/** LeaseCandidate: somebody who could hold a lease. */
import { age } from '#kinds/columns.ts'
import { known, microTime, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class LeaseCandidateSpec extends struct({
  leaseName: field(1, string, 'The lease for which it stands.', { required: true }),
  pingTime: field(2, microTime, 'When the candidate was last asked whether it is alive.'),
  renewTime: field(3, microTime, 'When the candidate last answered.'),
  binaryVersion: field(4, string, "Version of the candidate's program.", { required: true }),
  emulationVersion: field(5, string, 'The version that it behaves like.'),
  strategy: field(6, known('OldestEmulationVersion'), 'How the holder is to be chosen.', { required: true }),
}) {}

export class LeaseCandidate extends kind({
  plural: 'leasecandidates',
  scope: 'Namespaced',
  fields: {
    spec: field(2, LeaseCandidateSpec, 'What is wanted.', { always: true }),
  },
  columns: {
    LeaseName: ({ spec }) => spec.leaseName,
    BinaryVersion: ({ spec }) => spec.binaryVersion,
    EmulationVersion: ({ spec }) => spec.emulationVersion ?? '',
    Age: age,
  },
}) {}
