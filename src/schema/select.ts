/** Label selectors: requirements on labels, from text and from LabelSelector objects; matching and printing. */
import { quote } from '#base/quote.ts'
import { labelKeyFaults, labelValueFaults } from './label-syntax.ts'
import { pathAt } from './path.ts'

export type SelectorOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!'
export interface Requirement {
  readonly key: string
  readonly operator: SelectorOperator
  readonly values: readonly string[]
}
/** All requirements must hold; none select everything. Sorted by key. */
export interface Selection {
  readonly requirements: readonly Requirement[]
  /** Set for the selection that selects nothing, as a missing LabelSelector does. */
  readonly isNothing?: true
}
/** A LabelSelector as the API writes it. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}
type Labels = Readonly<Record<string, string>>

/** A selector that cannot be understood, in upstream's words. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

export const everything: Selection = { requirements: [] }
export const nothing: Selection = { requirements: [], isNothing: true }

/** Whether labels meet every requirement. */
export const matchesLabels = ({ requirements, isNothing }: Selection, labels: Labels = {}): boolean =>
  !isNothing && requirements.every(requirement => matches(requirement, labels))

function matches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt': {
      const [left, right] = [int64(value), int64(values[0])]
      return left !== undefined && right !== undefined && (operator === 'gt' ? left > right : left < right)
    }
  }
}
const int64 = (text: string | undefined) => {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  return value === BigInt.asIntN(64, value) ? value : undefined
}

/** The canonical text: sorted by key, values sorted. Parsing it gives the same selection. */
export const selectionText = ({ requirements }: Selection): string => requirements.map(requirementText).join(',')
function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.toSorted().join(',')})`
    case 'gt':
      return `${key}>${values.join(',')}`
    case 'lt':
      return `${key}<${values.join(',')}`
    default:
      return `${key}${operator}${values.join(',')}`
  }
}

/** The value that a selection asks of a label, when it allows one only; else undefined. */
export function exactValue({ requirements }: Selection, key: string): string | undefined {
  const found = requirements.find(requirement => requirement.key === key)
  return found && ['=', '==', 'in'].includes(found.operator) && found.values.length === 1 ? found.values[0] : undefined
}

/** The selection of these labels, exactly; unchecked. */
export const selectionOfLabels = (labels: Labels): Selection => ({
  requirements: sorted(Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] }))),
})

const OPERATORS: Readonly<Record<string, SelectorOperator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }
/** The selection that an object describes: absent selects nothing, an empty one everything. Throws SelectorError. */
export function selectionOf(selector: LabelSelectorObject | undefined): Selection {
  if (!selector) return nothing
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => requirement(key, '=', [value]))
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    const known = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined
    if (!known) throw new SelectorError(`${quote(operator)} is not a valid label selector operator`)
    return requirement(key, known, values)
  })
  return { requirements: sorted([...labels, ...expressions]) }
}

export const sorted = (requirements: readonly Requirement[]): Requirement[] =>
  requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

/** A checked requirement. Throws SelectorError with everything that is wrong. */
export function requirement(key: string, operator: SelectorOperator, values: readonly string[]): Requirement {
  const at = pathAt()
  const keyFaults = labelKeyFaults(key)
  if (keyFaults.length) at.key('key').invalid(key, keyFaults.join('; '))
  const wrong = countFault(operator, values.length)
  if (wrong) at.key('values').invalid(values, wrong)
  for (const [i, value] of values.entries()) {
    const here = at.key('values').index(i)
    if ((operator === 'gt' || operator === 'lt') && int64(value) === undefined)
      here.invalid(value, "for 'Gt', 'Lt' operators, the value must be an integer")
    const faults = labelValueFaults(value)
    if (faults.length) here.entry(key).invalid(value, faults.join('; '))
  }
  const lines = at.problems.map(problem => `${problem.field}: ${problem.message}`)
  if (lines.length) throw new SelectorError(lines.length === 1 ? lines.join() : `[${lines.join(', ')}]`)
  return { key, operator, values }
}
function countFault(operator: SelectorOperator, count: number): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined
    case 'exists':
    case '!':
      return count > 0 ? 'values set must be empty for exists and does not exist' : undefined
    case 'gt':
    case 'lt':
      return count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required"
    default:
      return count === 1 ? undefined : 'exact-match compatibility requires one single value'
  }
}
