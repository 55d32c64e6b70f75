/** LabelSelector: a query over labels; and the same over fields. */
import { known, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkSelector } from './selecting.ts'

export class LabelSelectorRequirement extends struct({
  key: field(1, string, 'The label to look at.', { always: true }),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'How the label relates to the values.', { always: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'Values for In and NotIn; none for Exists and DoesNotExist.'),
}) {}

/** For its rules and its use, see selecting.ts. */
export class LabelSelector extends struct(
  {
    matchLabels: field(1, map(string), 'Labels that must have exactly these values.'),
    matchExpressions: field(2, list(LabelSelectorRequirement, { listType: 'atomic' }), 'Requirements that must all hold.'),
  },
  { atomic: true, validate: checkSelector },
) {}

export class FieldSelectorRequirement extends struct({
  key: field(1, string, 'The field to look at.', { always: true }),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'How the field relates to the values.', { always: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'Values for In and NotIn; none for Exists and DoesNotExist.'),
}) {}
