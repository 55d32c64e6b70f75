/** ValidatingAdmissionPolicy: ?file admissionregistration/validating-admission-policy. */
import { Condition } from '#kinds/meta/condition.ts'
import { int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MatchCondition, MatchResources, Variable } from './match.ts'
import { ParamKind } from './params.ts'

export class Validation extends struct({
  expression: field(1, string, '?Validation.expression', { required: true }),
  message: field(2, string, '?Validation.message'),
  reason: field(3, string, '?Validation.reason', { explicit: true }),
  messageExpression: field(4, string, '?Validation.messageExpression'),
}) {}

export class AuditAnnotation extends struct({
  key: field(1, string, '?AuditAnnotation.key', { required: true }),
  valueExpression: field(2, string, '?AuditAnnotation.valueExpression', { required: true }),
}) {}

export class ValidatingAdmissionPolicySpec extends struct({
  paramKind: field(1, ParamKind, '?ValidatingAdmissionPolicySpec.paramKind'),
  matchConstraints: field(2, MatchResources, '?ValidatingAdmissionPolicySpec.matchConstraints'),
  validations: field(3, list(Validation, { listType: 'atomic' }), '?ValidatingAdmissionPolicySpec.validations'),
  failurePolicy: field(4, oneOf('Ignore', 'Fail'), '?ValidatingAdmissionPolicySpec.failurePolicy', { explicit: true }),
  auditAnnotations: field(5, list(AuditAnnotation, { listType: 'atomic' }), '?ValidatingAdmissionPolicySpec.auditAnnotations'),
  matchConditions: field(
    6,
    list(MatchCondition, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?ValidatingAdmissionPolicySpec.matchConditions',
  ),
  variables: field(
    7,
    list(Variable, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?ValidatingAdmissionPolicySpec.variables',
  ),
}) {}

export class ExpressionWarning extends struct({
  fieldRef: field(2, string, '?ExpressionWarning.fieldRef', { required: true }),
  warning: field(3, string, '?ExpressionWarning.warning', { required: true }),
}) {}

export class TypeChecking extends struct({
  expressionWarnings: field(1, list(ExpressionWarning, { listType: 'atomic' }), '?TypeChecking.expressionWarnings'),
}) {}

export class ValidatingAdmissionPolicyStatus extends struct({
  observedGeneration: field(1, int64, '?ValidatingAdmissionPolicyStatus.observedGeneration'),
  typeChecking: field(2, TypeChecking, '?ValidatingAdmissionPolicyStatus.typeChecking'),
  conditions: field(3, list(Condition, { listType: 'map', keys: ['type'] }), '?ValidatingAdmissionPolicyStatus.conditions'),
}) {}

export class ValidatingAdmissionPolicy extends kind({
  plural: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  fields: {
    spec: field(2, ValidatingAdmissionPolicySpec, '?ValidatingAdmissionPolicy.spec', { written: true }),
    status: field(3, ValidatingAdmissionPolicyStatus, '?ValidatingAdmissionPolicy.status', { written: true }),
  },
  subresources: { status: true },
}) {}
