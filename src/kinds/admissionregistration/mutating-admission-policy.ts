/** MutatingAdmissionPolicy: changes to objects on their way in, in CEL. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition, MatchResources, Variable } from './match.ts'
import { ParamKind } from './params.ts'

export class ApplyConfiguration extends struct({
  expression: field(1, string, 'A CEL expression that gives the fields to apply.'),
}) {}

export class JSONPatch extends struct({
  expression: field(1, string, 'A CEL expression that gives a list of JSON patch operations.'),
}) {}

export class Mutation extends struct({
  patchType: field(2, oneOf('ApplyConfiguration', 'JSONPatch'), 'How the object is changed.', { required: true }),
  applyConfiguration: field(3, ApplyConfiguration, 'Fields that are merged as by server-side apply.'),
  jsonPatch: field(4, JSONPatch, 'Operations of a JSON patch.'),
}) {}

export class MutatingAdmissionPolicySpec extends struct({
  paramKind: field(1, ParamKind, "The kind of the policy's parameters."),
  matchConstraints: field(2, MatchResources, 'The requests to which the policy applies.'),
  variables: field(3, list(Variable, { listType: 'atomic' }), 'Expressions with names, for use in the others.'),
  mutations: field(4, list(Mutation, { listType: 'atomic' }), 'What is changed, in this order.'),
  failurePolicy: field(5, oneOf('Ignore', 'Fail'), 'Whether a request passes when the policy cannot be evaluated.', { explicit: true }),
  matchConditions: field(
    6,
    list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    'CEL conditions under which the policy applies.',
  ),
  reinvocationPolicy: field(7, oneOf('Never', 'IfNeeded'), 'Whether the policy runs again after others have changed the object.'),
}) {}

export class MutatingAdmissionPolicy extends kind({
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, MutatingAdmissionPolicySpec, 'What is wanted.', { written: true }),
  },
}) {}
