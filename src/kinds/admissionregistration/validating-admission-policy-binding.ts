/** ValidatingAdmissionPolicyBinding: a validating policy put into force. */
import { age } from '#kinds/columns.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchResources } from './match.ts'
import { ParamRef, paramText } from './params.ts'

export class ValidatingAdmissionPolicyBindingSpec extends struct(
  {
    policyName: field(1, string, 'The policy that is put into force.', { required: true }),
    paramRef: field(2, ParamRef, 'Its parameters.'),
    matchResources: field(3, MatchResources, 'The requests to which it is limited here.'),
    validationActions: field(4, list(oneOf('Deny', 'Warn', 'Audit'), { listType: 'set' }), 'What happens when a validation fails.', {
      required: true,
    }),
  },
  {
    validate: ({ validationActions }, at) => {
      const actions = validationActions ?? []
      for (const [i, action] of actions.entries()) if (actions.indexOf(action) !== i) at.key('validationActions').index(i).duplicate(action)
      if (actions.includes('Deny') && actions.includes('Warn'))
        at.key('validationActions').invalid(
          actions,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        )
    },
  },
) {}

export class ValidatingAdmissionPolicyBinding extends kind({
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, ValidatingAdmissionPolicyBindingSpec, 'What is wanted.', { always: true }),
  },
  bumpsGeneration: ['spec'],
  columns: {
    PolicyName: ({ spec }) => spec.policyName ?? '',
    ParamRef: ({ spec }) => paramText(spec.paramRef),
    Age: age,
  },
}) {}
