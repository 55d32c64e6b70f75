/** SuccessPolicy: ?file batch/success-policy. */
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class SuccessPolicyRule extends struct({
  succeededIndexes: field(1, string, '?SuccessPolicyRule.succeededIndexes', { explicit: true }),
  succeededCount: field(2, int32, '?SuccessPolicyRule.succeededCount', { explicit: true }),
}) {}

export class SuccessPolicy extends struct({
  rules: field(1, list(SuccessPolicyRule, { listType: 'atomic' }), '?SuccessPolicy.rules', { required: true }),
}) {}
