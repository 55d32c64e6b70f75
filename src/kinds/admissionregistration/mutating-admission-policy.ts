/** MutatingAdmissionPolicy: ?file admissionregistration/mutating-admission-policy. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition, MatchResources, Variable } from './match.ts'
import { ParamKind } from './params.ts'

export class ApplyConfiguration extends struct({
  expression: field(1, string, '?ApplyConfiguration.expression'),
}) {}

export class JSONPatch extends struct({
  expression: field(1, string, '?JSONPatch.expression'),
}) {}

export class Mutation extends struct({
  patchType: field(2, oneOf('ApplyConfiguration', 'JSONPatch'), '?Mutation.patchType', { required: true }),
  applyConfiguration: field(3, ApplyConfiguration, '?Mutation.applyConfiguration'),
  jsonPatch: field(4, JSONPatch, '?Mutation.jsonPatch'),
}) {}

export class MutatingAdmissionPolicySpec extends struct({
  paramKind: field(1, ParamKind, '?MutatingAdmissionPolicySpec.paramKind'),
  matchConstraints: field(2, MatchResources, '?MutatingAdmissionPolicySpec.matchConstraints'),
  variables: field(3, list(Variable, { listType: 'atomic' }), '?MutatingAdmissionPolicySpec.variables'),
  mutations: field(4, list(Mutation, { listType: 'atomic' }), '?MutatingAdmissionPolicySpec.mutations'),
  failurePolicy: field(5, oneOf('Ignore', 'Fail'), '?MutatingAdmissionPolicySpec.failurePolicy', { explicit: true }),
  matchConditions: field(
    6,
    list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?MutatingAdmissionPolicySpec.matchConditions',
  ),
  reinvocationPolicy: field(7, oneOf('Never', 'IfNeeded'), '?MutatingAdmissionPolicySpec.reinvocationPolicy'),
}) {}

export class MutatingAdmissionPolicy extends kind({
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, MutatingAdmissionPolicySpec, '?MutatingAdmissionPolicy.spec', { written: true }),
  },
}) {}
