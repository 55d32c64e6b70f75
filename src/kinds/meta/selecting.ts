/** Label selectors at work: whether they select labels, whether they are sound, and how they read. */
import { pathAt } from '#schema/path.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkLabels } from './label-rules.ts'
import { isLabelValue, isQualifiedName } from './names.ts'

type Labels = Readonly<Record<string, string>>
/** What a LabelSelector holds; its declaration names this file for its rules, so this file may not name the declaration. */
export interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** Whether the selector selects these labels. No selector selects nothing, an empty one everything. */
export function selects(selector: Selector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined
    if (operator === 'In') return value !== undefined && values.includes(value)
    if (operator === 'NotIn') return value === undefined || !values.includes(value)
    return operator === 'Exists' ? value !== undefined : value === undefined
  })
}
export const isEmptySelector = (selector: Selector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0

/** The breaches of a selector's own rules. Upstream: apimachinery, meta/v1/validation. */
export function checkSelector(selector: Selector, at: Path): void {
  checkLabels(selector.matchLabels ?? {}, at.key('matchLabels'))
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const here = at.key('matchExpressions').index(i)
    if (operator === 'In' || operator === 'NotIn') {
      if (!values.length) here.key('values').required("must be specified when `operator` is 'In' or 'NotIn'")
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length) here.key('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    } else here.key('operator').invalid(operator, 'not a valid selector operator')
    const wrong = isQualifiedName(key)
    if (wrong) here.key('key').invalid(key, wrong)
    for (const [j, value] of values.entries()) {
      const bad = isLabelValue(value)
      if (bad) here.key('values').index(j).invalid(value, bad)
    }
  }
}
export function isSoundSelector(selector: Selector): boolean {
  const at = pathAt()
  checkSelector(selector, at)
  return at.problems.length === 0
}
/** As printed in tables: `app=web,tier in (a,b),!old`; `<none>` when it says nothing. */
export function selectorText(selector: Selector | undefined): string {
  if (!selector) return '<none>'
  const parts: [string, string][] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`])
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const set = `(${values.toSorted().join(',')})`
    const text = { In: `${key} in ${set}`, NotIn: `${key} notin ${set}`, Exists: key, DoesNotExist: `!${key}` }[operator]
    if (text) parts.push([key, text])
  }
  parts.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return parts.map(([, text]) => text).join(',') || '<none>'
}
/** As Go prints it, which some of upstream's messages do. */
export function selectorNotation(selector: Selector | undefined): string {
  if (!selector) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
/** Labels as printed in tables: `app=web,tier=back`. */
export const labelsText = (labels: Labels | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>'
