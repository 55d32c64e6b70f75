/** MutatingAdmissionPolicy: changes to objects on their way in, in CEL. */
import { age } from '#kinds/columns.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition, MatchResources, Variable } from './match.ts'
import { ParamKind, paramKindText } from './params.ts'
import { checkConditions } from './webhook-rules.ts'

export class ApplyConfiguration extends struct({
  expression: field(1, string, 'A CEL expression that gives the fields to apply.'),
}) {}

export class JSONPatch extends struct({
  expression: field(1, string, 'A CEL expression that gives a list of JSON patch operations.'),
}) {}

export class Mutation extends struct(
  {
    patchType: field(2, oneOf('ApplyConfiguration', 'JSONPatch'), 'How the object is changed.', { required: true }),
    applyConfiguration: field(3, ApplyConfiguration, 'Fields that are merged as by server-side apply.'),
    jsonPatch: field(4, JSONPatch, 'Operations of a JSON patch.'),
  },
  {
    validate: ({ patchType, applyConfiguration, jsonPatch }, at) => {
      const isPatch = patchType === 'JSONPatch'
      if (isPatch && !jsonPatch) at.key('jsonPatch').required('must be specified when patchType is JSONPatch')
      if (isPatch && applyConfiguration) at.key('applyConfiguration').forbidden('must not be specified when patchType is JSONPatch')
      if (patchType === 'ApplyConfiguration' && !applyConfiguration)
        at.key('applyConfiguration').required('must be specified when patchType is ApplyConfiguration')
      if (patchType === 'ApplyConfiguration' && jsonPatch)
        at.key('jsonPatch').forbidden('must not be specified when patchType is ApplyConfiguration')
    },
  },
) {}

export class MutatingAdmissionPolicySpec extends struct(
  {
    paramKind: field(1, ParamKind, "The kind of the policy's parameters."),
    matchConstraints: field(2, MatchResources, 'The requests to which the policy applies.'),
    variables: field(3, list(Variable, { listType: 'atomic' }), 'Expressions with names, for use in the others.'),
    mutations: field(4, list(Mutation, { listType: 'atomic' }), 'What is changed, in this order.'),
    failurePolicy: field(5, oneOf('Ignore', 'Fail'), 'Whether a request passes when the policy cannot be evaluated.', {
      explicit: true,
      default: 'Fail',
    }),
    matchConditions: field(
      6,
      list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'CEL conditions under which the policy applies.',
    ),
    reinvocationPolicy: field(7, oneOf('Never', 'IfNeeded'), 'Whether the policy runs again after others have changed the object.'),
  },
  {
    validate: (spec, at) => {
      if (!spec.matchConstraints) at.key('matchConstraints').required()
      else if (!spec.matchConstraints.resourceRules?.length) at.key('matchConstraints').key('resourceRules').required()
      checkConditions(spec.matchConditions ?? [], at.key('matchConditions'))
      if (!spec.mutations?.length) at.key('mutations').required('mutations must contain at least one item')
      if (!spec.reinvocationPolicy) at.key('reinvocationPolicy').required()
    },
  },
) {}

export class MutatingAdmissionPolicy extends kind({
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, MutatingAdmissionPolicySpec, 'What is wanted.', { written: true }),
  },
  bumpsGeneration: ['spec'],
  columns: {
    Mutations: { type: 'integer', cell: ({ spec }) => spec.mutations?.length ?? 0 },
    ParamKind: ({ spec }) => paramKindText(spec.paramKind),
    Age: age,
  },
}) {}
