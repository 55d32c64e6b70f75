/** Field selectors as text: `status.phase=Running,spec.nodeName!=n1`. Grammar and errors: apimachinery, fields/selector.go. */
import { SelectorError } from './select.ts'

export interface FieldTerm {
  readonly field: string
  readonly isEqual: boolean
  readonly value: string
}
/** All terms must hold; none select everything. */
export type FieldSelection = readonly FieldTerm[]

/** Reads a field selector. Which fields there are is for the caller to check. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldSelection {
  return terms(text)
    .toSorted()
    .filter(Boolean)
    .map(term => {
      const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
      if (!found) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
      const [, field = '', operator, value = ''] = found
      return { field, isEqual: operator !== '!=', value: unescaped(value) }
    })
}
/** Split at commas that no backslash protects. */
function terms(text: string): string[] {
  const found = ['']
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    if (char === ',') found.push('')
    else found[found.length - 1] += char === '\\' ? char + (text[++i] ?? '') : char
  }
  return found
}
const unescaped = (value: string): string =>
  value.replace(/\\(.?)|[,=]/gs, (found, escaped: string | undefined) => {
    if (escaped === undefined) throw new SelectorError(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`)
    if (!/^[\\,=]$/.test(escaped)) throw new SelectorError(`invalid field selector: invalid escape sequence: ${found}`)
    return escaped
  })

/** Whether fields have the wanted values; a field that is absent has the empty one. */
export const matchesFields = (selection: FieldSelection, fields: Readonly<Record<string, string>>): boolean =>
  selection.every(({ field, isEqual, value }) => ((Object.hasOwn(fields, field) ? fields[field] : '') === value) === isEqual)

/** The canonical text. Parsing it gives the same selection. */
export const fieldSelectionText = (selection: FieldSelection): string =>
  selection.map(({ field, isEqual, value }) => `${field}${isEqual ? '=' : '!='}${value.replace(/[\\,=]/g, '\\$&')}`).join(',')

/** The value that a selection asks of a field, when it asks for equality; else undefined. */
export const exactField = (selection: FieldSelection, field: string): string | undefined =>
  selection.find(term => term.field === field && term.isEqual)?.value
