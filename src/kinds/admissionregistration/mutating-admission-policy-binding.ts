/** MutatingAdmissionPolicyBinding: ?file admissionregistration/mutating-admission-policy-binding. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchResources } from './match.ts'
import { ParamRef } from './params.ts'

export class MutatingAdmissionPolicyBindingSpec extends struct({
  policyName: field(1, string, '?MutatingAdmissionPolicyBindingSpec.policyName'),
  paramRef: field(2, ParamRef, '?MutatingAdmissionPolicyBindingSpec.paramRef'),
  matchResources: field(3, MatchResources, '?MutatingAdmissionPolicyBindingSpec.matchResources'),
}) {}

export class MutatingAdmissionPolicyBinding extends kind({
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, MutatingAdmissionPolicyBindingSpec, '?MutatingAdmissionPolicyBinding.spec', { written: true }),
  },
}) {}
