/** ValidatingAdmissionPolicyBinding: ?file admissionregistration/validating-admission-policy-binding. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchResources } from './match.ts'
import { ParamRef } from './params.ts'

export class ValidatingAdmissionPolicyBindingSpec extends struct({
  policyName: field(1, string, '?ValidatingAdmissionPolicyBindingSpec.policyName', { required: true }),
  paramRef: field(2, ParamRef, '?ValidatingAdmissionPolicyBindingSpec.paramRef'),
  matchResources: field(3, MatchResources, '?ValidatingAdmissionPolicyBindingSpec.matchResources'),
  validationActions: field(
    4,
    list(oneOf('Deny', 'Warn', 'Audit'), { listType: 'set' }),
    '?ValidatingAdmissionPolicyBindingSpec.validationActions',
    { required: true },
  ),
}) {}

export class ValidatingAdmissionPolicyBinding extends kind({
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, ValidatingAdmissionPolicyBindingSpec, '?ValidatingAdmissionPolicyBinding.spec', { always: true }),
  },
}) {}
