/** MutatingAdmissionPolicyBinding: a mutating policy put into force. */
import { age } from '#kinds/columns.ts'
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchResources } from './match.ts'
import { ParamRef, paramText } from './params.ts'

export class MutatingAdmissionPolicyBindingSpec extends struct(
  {
    policyName: field(1, string, 'The policy that is put into force.'),
    paramRef: field(2, ParamRef, 'Its parameters.'),
    matchResources: field(3, MatchResources, 'The requests to which it is limited here.'),
  },
  {
    validate: ({ policyName }, at) => {
      if (!policyName) at.key('policyName').required()
    },
  },
) {}

export class MutatingAdmissionPolicyBinding extends kind({
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, MutatingAdmissionPolicyBindingSpec, 'What is wanted.', { written: true }),
  },
  bumpsGeneration: ['spec'],
  columns: {
    PolicyName: ({ spec }) => spec.policyName ?? '',
    ParamRef: ({ spec }) => paramText(spec.paramRef),
    Age: age,
  },
}) {}
