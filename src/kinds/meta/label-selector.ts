/** LabelSelector: a query over labels; and the same over fields. */
import { known, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkLabelName, checkLabels } from './label-rules.ts'
import { isLabelValue } from './names.ts'

export class LabelSelectorRequirement extends struct(
  {
    key: field(1, string, 'The label to look at.', { always: true }),
    operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'How the label relates to the values.', { always: true }),
    values: field(3, list(string, { listType: 'atomic' }), 'Values for In and NotIn; none for Exists and DoesNotExist.'),
  },
  {
    validate: ({ key, operator, values = [] }, at) => {
      if (operator === 'In' || operator === 'NotIn') {
        if (values.length === 0) at.key('values').required("must be specified when `operator` is 'In' or 'NotIn'")
      } else if (operator === 'Exists' || operator === 'DoesNotExist') {
        if (values.length > 0) at.key('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      } else at.key('operator').invalid(operator, 'not a valid selector operator')
      checkLabelName(key, at.key('key'))
      for (const [i, value] of values.entries()) {
        const wrong = isLabelValue(value)
        if (wrong) at.key('values').index(i).invalid(value, wrong)
      }
    },
  },
) {}

export class LabelSelector extends struct(
  {
    matchLabels: field(1, map(string), 'Labels that must have exactly these values.'),
    matchExpressions: field(2, list(LabelSelectorRequirement, { listType: 'atomic' }), 'Requirements that must all hold.'),
  },
  { validate: ({ matchLabels = {} }, at) => checkLabels(matchLabels, at.key('matchLabels')) },
) {}

export class FieldSelectorRequirement extends struct({
  key: field(1, string, 'The field to look at.', { always: true }),
  operator: field(2, known('In', 'NotIn', 'Exists', 'DoesNotExist'), 'How the field relates to the values.', { always: true }),
  values: field(3, list(string, { listType: 'atomic' }), 'Values for In and NotIn; none for Exists and DoesNotExist.'),
}) {}

type Labels = Readonly<Record<string, string>>

/** Whether labels satisfy a selector. An absent selector selects nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false
  return carries(labels, selector.matchLabels) && (selector.matchExpressions ?? []).every(one => holds(one, labels))
}
/** Whether labels hold all of the wanted ones with equal values. */
export const carries = (labels: Labels = {}, wanted: Labels = {}): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)

function holds({ key, operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels[key]
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default:
      return false
  }
}

export const isEmptySelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0

/** A selector as text: `app=web,tier in (a,b),!old`, sorted by label. Empty for absent and empty selectors. */
export function selectorText(selector: LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(([name, value]) => [name, `${name}=${value}`] as const)
  const more = (selector?.matchExpressions ?? []).map(one => [one.key, requirementText(one)] as const)
  return [...equal, ...more]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',')
}
function requirementText({ key, operator, values = [] }: LabelSelectorRequirement): string {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
}
