/** Whether an applied configuration is of its type; upstream's words for what is wrong with it. */
import { goText, isObject, type JsonObject } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { elementText } from './element.ts'
import { itemElement, type Leaf, type ListView, type ObjectView, rootViewOf, Unidentifiable, type View } from './typed.ts'

/** What is wrong, as one text; undefined when nothing is. */
export function check(type: Type<unknown>, config: unknown): string | undefined {
  const found: string[] = []
  visit(rootViewOf(type), config, '', found)
  return found.length > 1 ? ['errors:', ...found.map(text => `  ${text}`)].join('\n') : found[0]
}

function visit(view: View, value: unknown, path: string, found: string[]): void {
  const report = (message: string) => found.push(path ? `${path}: ${message}` : message)
  if (value === null || value === undefined || (view.form === 'object' && view.isOpen)) return
  if (view.form === 'leaf') {
    const message = scalarMisfit(view, value)
    if (message) report(message)
  } else if (view.form === 'list') {
    if (Array.isArray(value)) visitItems(view, value, path, found)
    else report(`expected list, got ${goPointer(value)}`)
  } else if (isObject(value)) visitMembers(view, value, path, found)
  else report(`expected map, got ${goPointer(value)}`)
}

function visitItems(view: ListView, items: readonly unknown[], path: string, found: string[]): void {
  const seen = new Set<string>()
  const report = (message: string) => found.push(path ? `${path}: ${message}` : message)
  for (const [index, item] of items.entries()) {
    let step = `[${index}]`
    if (!view.isAtomic) {
      const element = identify(view, item)
      if (element instanceof Unidentifiable) return void report(`element ${index}: ${element.message}`)
      step = elementText(element)
      if (seen.has(element)) report(`duplicate entries for key ${step}`)
      seen.add(element)
    }
    visit(view.item(), item, path + step, found)
  }
}
function identify(view: ListView, item: unknown): string | Unidentifiable {
  try {
    return itemElement(view, item)
  } catch (error) {
    if (error instanceof Unidentifiable) return error
    throw error
  }
}

function visitMembers(view: ObjectView, object: JsonObject, path: string, found: string[]): void {
  for (const name of Object.keys(object)) {
    const type = view.field(name)
    if (type) visit(type, object[name], `${path}.${name}`, found)
    else found.push(`${path}.${name}: field not declared in schema`)
  }
}

/** As %v prints a pointer to a value. */
const goPointer = (value: unknown) => `&{${goText(value)}}`

const NUMERIC = new Set(['int32', 'int64', 'double'])
const TEXT = new Set(['string', 'bytes'])
const ANY_SCALAR = new Set(['Time', 'MicroTime', 'IntOrString'])

/** Scalars that may be anything (quantities, embedded JSON) fit always. */
function scalarMisfit({ name }: Leaf, value: unknown): string | undefined {
  if (NUMERIC.has(name)) return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`
  if (TEXT.has(name))
    return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`
  if (name === 'bool') return typeof value === 'boolean' ? undefined : `expected boolean, got ${goPointer(value)}`
  if (ANY_SCALAR.has(name) && typeof value === 'object') return `expected any scalar, got ${goPointer(value)}`
  return undefined
}

const goType = (value: unknown): string =>
  Array.isArray(value)
    ? '[]interface {}'
    : isObject(value)
      ? 'map[string]interface {}'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number'
          ? Number.isInteger(value)
            ? 'int64'
            : 'float64'
          : typeof value
/** As %#v prints it. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isObject(value)) return value === null ? 'interface {}(nil)' : JSON.stringify(value)
  const members = Object.keys(value).map(key => `${JSON.stringify(key)}:${goSyntax(value[key])}`)
  return `map[string]interface {}{${members.join(', ')}}`
}
