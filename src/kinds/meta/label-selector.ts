/** LabelSelector: a query over labels; and the same over fields. */
import { known, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class LabelSelectorRequirement extends struct({
  key: field(1, string, 'Key.', { required: true }),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'Operator.', { required: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'Values.'),
}) {}

export class LabelSelector extends struct({
  matchLabels: field(1, map(string), 'Match labels.'),
  matchExpressions: field(2, list(LabelSelectorRequirement, { listType: 'atomic' }), 'Match expressions.'),
}) {}

export class FieldSelectorRequirement extends struct({
  key: field(1, string, 'Key.', { always: true }),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'Operator.', { always: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'Values.'),
}) {}
