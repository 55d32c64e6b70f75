/** ValidatingAdmissionPolicy: what objects must fulfil on their way in, in CEL. */
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition, MatchResources, Variable } from './match.ts'
import { ParamKind, paramKindText } from './params.ts'
import { checkConditions } from './webhook-rules.ts'

export class Validation extends struct({
  expression: field(1, string, 'A CEL expression that must be true.', { required: true }),
  message: field(2, string, 'What to say when it is not.'),
  reason: field(3, string, 'The reason with which the request is refused.', { explicit: true }),
  messageExpression: field(4, string, 'A CEL expression that gives what to say.'),
}) {}

export class AuditAnnotation extends struct({
  key: field(1, string, 'Key of the annotation.', { required: true }),
  valueExpression: field(2, string, 'A CEL expression that gives the value; null leaves it out.', { required: true }),
}) {}

export class ValidatingAdmissionPolicySpec extends struct(
  {
    paramKind: field(1, ParamKind, "The kind of the policy's parameters."),
    matchConstraints: field(2, MatchResources, 'The requests to which the policy applies.'),
    validations: field(3, list(Validation, { listType: 'atomic' }), 'What must hold.'),
    failurePolicy: field(4, oneOf('Ignore', 'Fail'), 'Whether a request passes when the policy cannot be evaluated.', {
      explicit: true,
      default: 'Fail',
    }),
    auditAnnotations: field(5, list(AuditAnnotation, { listType: 'atomic' }), 'What is added to the audit log.'),
    matchConditions: field(
      6,
      list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'CEL conditions under which the policy applies.',
    ),
    variables: field(
      7,
      list(Variable, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Expressions with names, for use in the others.',
    ),
  },
  {
    validate: (spec, at) => {
      if (!spec.matchConstraints) at.key('matchConstraints').required()
      else if (!spec.matchConstraints.resourceRules?.length) at.key('matchConstraints').key('resourceRules').required()
      checkConditions(spec.matchConditions ?? [], at.key('matchConditions'))
      if (!spec.validations?.length && !spec.auditAnnotations?.length)
        at.key('validations').required('validations or auditAnnotations must be provided')
    },
  },
) {}

export class ExpressionWarning extends struct({
  fieldRef: field(2, string, 'The expression, as a path to it.', { required: true }),
  warning: field(3, string, 'What is wrong with it.', { required: true }),
}) {}

export class TypeChecking extends struct({
  expressionWarnings: field(1, list(ExpressionWarning, { listType: 'atomic' }), 'What was found in the expressions.'),
}) {}

export class ValidatingAdmissionPolicyStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.'),
  typeChecking: field(2, TypeChecking, 'What the type check found.'),
  conditions: field(3, list(Condition, { listType: 'map', keys: ['type'] }), 'Findings about the present state.'),
}) {}

export class ValidatingAdmissionPolicy extends kind({
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, ValidatingAdmissionPolicySpec, 'What is wanted.', { written: true }),
    status: field(3, ValidatingAdmissionPolicyStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  columns: {
    Validations: { type: 'integer', cell: ({ spec }) => spec.validations?.length ?? 0 },
    ParamKind: ({ spec }) => paramKindText(spec.paramKind),
    Age: age,
  },
}) {}
