/** Path elements: the steps of a field path in managed fields, as the text that FieldsV1 uses for them (KEP-555). */
import { quote } from '#base/quote.ts'
import { isObject, type JsonObject } from '../json-value.ts'

/** `f:name`, `k:{"name":"x"}`, `v:"a"` or `i:0`, in canonical form: equal elements are equal texts. */
export type Element = string

export function fieldElement(name: string): Element {
  if (name.length > KNOWN_NAME_MAX) return `f:${name}`
  let element = fieldElements.get(name)
  if (element === undefined) {
    if (fieldElements.size >= FIELD_ELEMENTS_MAX) fieldElements.clear()
    fieldElements.set(name, (element = `f:${name}`))
  }
  return element
}
/** Objects have the same fields over and over, and a text that was a property's name before is one at once. */
const fieldElements = new Map<string, Element>()
/** More than all kinds declare; the keys of maps come from clients and must not fill the memory. */
const FIELD_ELEMENTS_MAX = 10_000
/** In characters. */
const KNOWN_NAME_MAX = 64
export const valueElement = (value: unknown): Element => `v:${json(value)}`
/** Keys are sorted by name. */
export const keyElement = (keys: JsonObject): Element => `k:${json(keys)}`

/** The element that a property name of a FieldsV1 object stands for; undefined for kinds of elements that a later version may know. */
export function parseElement(text: string): Element | undefined {
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:')
  if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`)
  const rest = text.slice(2)
  switch (text[0]) {
    case 'f':
      return text
    case 'v':
      return valueElement(JSON.parse(rest))
    case 'k': {
      const keys: unknown = JSON.parse(rest)
      if (!isObject(keys)) throw new SyntaxError(`a key must be an object: ${text}`)
      return keyElement(keys)
    }
    case 'i':
      if (!/^-?\d+$/.test(rest)) throw new SyntaxError(`strconv.Atoi: parsing ${JSON.stringify(rest)}: invalid syntax`)
      return `i:${Number(rest)}`
    default:
      return undefined
  }
}

/** JSON as Go writes it: sorted properties, and no characters that HTML could misread. */
export function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`
  if (isObject(value)) {
    const members = Object.keys(value)
      .filter(key => value[key] !== undefined)
      .sort()
      .map(key => `${json(key)}:${json(value[key])}`)
    return `{${members.join(',')}}`
  }
  const text = JSON.stringify(value ?? null)
  return typeof value === 'string' && HTML.test(text) ? text.replace(/[<>&\u2028\u2029]/g, escaped) : text
}
const HTML = /[<>&\u2028\u2029]/
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** As messages show it: `.spec`, `[name="x"]`, `[="a"]`, `[0]`. */
export function elementText(element: Element): string {
  const rest = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${rest}`
    case 'k': {
      const keys = JSON.parse(rest) as JsonObject
      return `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${valueText(value)}`)
        .join(',')}]`
    }
    case 'v':
      return `[=${valueText(JSON.parse(rest))}]`
    default:
      return `[${rest}]`
  }
}
const valueText = (value: unknown): string => (typeof value === 'string' ? quote(value) : json(value))

const RANK = { f: 0, k: 1, v: 2, i: 3 } as Readonly<Record<string, number>>

/** The order in which elements stand in FieldsV1: fields, keys, values, indices, each by their content. */
export function compareElements(left: Element, right: Element): number {
  if (left === right) return 0
  if (left[0] !== right[0]) return (RANK[left[0] as string] ?? 0) - (RANK[right[0] as string] ?? 0)
  if (left[0] === 'f') return compareText(left, right)
  if (left[0] === 'i') return Number(left.slice(2)) - Number(right.slice(2))
  return compareValues(JSON.parse(left.slice(2)), JSON.parse(right.slice(2)))
}
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const TYPE_RANK = { number: 0, string: 1, boolean: 2, object: 3 } as Readonly<Record<string, number>>
/** Numbers before strings before booleans before everything else; objects by their sorted members. */
function compareValues(left: unknown, right: unknown): number {
  const rank = (TYPE_RANK[typeof left] ?? 4) - (TYPE_RANK[typeof right] ?? 4)
  if (rank !== 0) return rank
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  if (!isObject(left) || !isObject(right)) return compareText(json(left), json(right))
  const [mine, theirs] = [Object.entries(left), Object.entries(right)]
  for (const [index, [name, value]] of mine.entries()) {
    const other = theirs[index]
    if (!other) return 1
    const order = compareText(name, other[0]) || compareValues(value, other[1])
    if (order !== 0) return order
  }
  return mine.length - theirs.length
}
