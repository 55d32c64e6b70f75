/** SuccessPolicy: when an indexed job has succeeded early. */
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class SuccessPolicyRule extends struct({
  succeededIndexes: field(1, string, 'Indexes of which all must have succeeded.', { explicit: true }),
  succeededCount: field(2, int32, 'How many must have succeeded.', { explicit: true }),
}) {}

export class SuccessPolicy extends struct({
  rules: field(1, list(SuccessPolicyRule, { listType: 'atomic' }), 'Rules, of which the first that matches counts.', { always: true }),
}) {}
