/** How a strategic merge patch merges two lists: items by their merge key, scalars as a set, and the order of the result. */
import { clone, goText, has, isObject, type JsonObject, put } from './json-value.ts'
import { PatchFailure } from './patch-failure.ts'
import { type Shape, shapeOf } from './vocabulary.ts'

export const DIRECTIVE = '$patch'

/** What the declaration says of a field that a patch merges. */
export interface Declared {
  /** Of the struct, or of the list's items. */
  readonly shape: Shape
  readonly strategy: 'merge' | 'replace'
  /** The merge key of the items; '' for lists of scalars and of lists that do not merge. */
  readonly key: string
}
/** Merges one item into the one of the same key. */
export type MergeItem = (shape: Shape, current: JsonObject, patch: JsonObject) => JsonObject

/** Throws PatchFailure (500, as upstream) when the struct has no such field, or one of another form. */
export function declared(shape: Shape, name: string, form: 'struct' | 'list'): Declared {
  if (shape.form !== 'struct') {
    throw new PatchFailure(500, `merging an object in json but data type is not struct, instead is: ${goForm(shape)}`)
  }
  const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
  if (!field) throw new PatchFailure(500, `unable to find api field in struct ${shape.name} for the json field ${JSON.stringify(name)}`)
  const found = shapeOf(field.type)
  if (form === 'struct') return { shape: found, strategy: field.rules.patchStrategy === 'replace' ? 'replace' : 'merge', key: '' }
  if (found.form !== 'list') throw new PatchFailure(500, 'expected slice or array type, but got: struct')
  const merges = found.merge.patchStrategy?.split(',').includes('merge')
  return { shape: shapeOf(found.of), strategy: merges ? 'merge' : 'replace', key: found.merge.patchKey ?? '' }
}
const goForm = (shape: Shape) => (shape.form === 'list' ? 'slice' : shape.form === 'map' ? 'map' : shape.name)

/** The merged list. New items stand in the patch's order, items that only the server knows stay where they were, as well as that goes. */
export function mergeLists(field: Declared, current: readonly unknown[], patch: readonly unknown[], mergeItem: MergeItem): unknown[] {
  if (current.length === 0 && patch.length === 0) return []
  if (itemForm(current, patch) !== 'map') return inOrder('', [...new Set([...current, ...patch])], patch, current)
  const { merged, kept, rest } = mergeItems(field, current, patch, mergeItem)
  return inOrder(field.key, merged, rest, kept)
}

/** The items of both lists, in no particular order yet; `kept` are those of the current list, `rest` those of the patch without directives. */
function mergeItems(field: Declared, current: readonly unknown[], patch: readonly unknown[], mergeItem: MergeItem) {
  if (!field.key) throw new PatchFailure(500, `cannot merge lists without merge key for ${goForm(field.shape)}`)
  const { items: kept, rest } = obeyed(field.key, current, patch)
  const merged = [...kept]
  for (const item of rest) {
    const at = indexOf(merged, field.key, keyOf(item, field.key))
    const match = merged[at]
    if (isObject(match)) merged[at] = mergeItem(field.shape, match, item)
    else merged.push(clone(item))
  }
  return { merged, kept, rest }
}

/**
 * As mergeLists, in the order that `$setElementOrder` asks for. Either list may be missing, not both.
 * Throws PatchFailure when the patch's own items contradict that order.
 */
export function orderedLists(
  field: Declared,
  lists: { readonly current?: readonly unknown[]; readonly patch?: readonly unknown[] },
  order: readonly unknown[],
  mergeItem: MergeItem,
): unknown[] {
  const { current, patch } = lists
  if (patch) checkOrder(field.key, patch, order)
  const form = itemForm(current ?? [], patch ?? [])
  if (!patch) return inOrder(form === 'map' ? field.key : '', current ?? [], order, current ?? [])
  if (!current) return inOrder(form === 'map' ? field.key : '', withoutDirectives(patch) as unknown[], order, [])
  if (field.strategy !== 'merge') return inOrder(form === 'map' ? field.key : '', clone(patch), order, current)
  if (form !== 'map') return inOrder('', mergeLists(field, current, patch, mergeItem), order, current)
  const { merged, kept } = mergeItems(field, current, patch, mergeItem)
  // As upstream: new items take the places that deletions free, so that they stand behind what only the server knows.
  const freed = Math.max(0, current.length - kept.length)
  const before = freed > 0 ? merged.slice(0, kept.length + freed) : current
  return inOrder(field.key, merged, order, before)
}

/** What is left of a patch when its items with directives have been obeyed. */
function obeyed(key: string, current: readonly unknown[], patch: readonly unknown[]) {
  let items = [...current]
  const rest: JsonObject[] = []
  let replaces = false
  for (const item of patch as readonly JsonObject[]) {
    const directive = item[DIRECTIVE]
    if (!has(item, DIRECTIVE)) rest.push(item)
    else if (directive === 'delete') {
      const gone = keyOf(item, key)
      items = items.filter(one => !(isObject(one) && has(one, key) && one[key] === gone))
    } else if (directive === 'replace') replaces = true
    else if (directive === 'merge') throw new PatchFailure(500, 'merging lists cannot yet be specified in the patch')
    else throw new PatchFailure(500, `unknown patch type: ${goText(directive)} in map: ${goText(item)}`)
  }
  return replaces ? { items: clone(rest), rest: [] } : { items, rest }
}

/** The asked items in the asked order, the others between them by their old place. */
function inOrder(key: string, merged: readonly unknown[], order: readonly unknown[], before: readonly unknown[]): unknown[] {
  const identity = (item: unknown) => (key ? keyOf(item, key) : item)
  const places = (list: readonly unknown[]) => {
    const found = new Map<unknown, number>()
    list.forEach((item, index) => found.has(identity(item)) || found.set(identity(item), index))
    return (item: unknown) => found.get(identity(item))
  }
  const asked = places(order)
  const old = places(before)
  const sorted = (list: unknown[], place: typeof old) => list.sort((a, b) => (place(a) ?? Infinity) - (place(b) ?? Infinity) || 0)
  const first = sorted(
    merged.filter(item => asked(item) !== undefined),
    asked,
  )
  const others = sorted(
    merged.filter(item => asked(item) === undefined),
    old,
  )
  const result: unknown[] = []
  for (const item of first) {
    const limit = old(item) ?? 0
    const behind = others.findIndex(other => (old(other) ?? Infinity) >= limit)
    result.push(...others.splice(0, behind < 0 ? others.length : behind), item)
  }
  return [...result, ...others]
}

/** Refuses a patch whose items are not all in the asked order. */
function checkOrder(key: string, patch: readonly unknown[], order: readonly unknown[]): void {
  if (patch.length === 0 || order.length === 0) return
  const items = patch.filter(item => !(isObject(item) && has(item, DIRECTIVE)))
  const identity = (item: unknown) => (key ? keyOf(item, key) : item)
  let next = 0
  for (const asked of order) if (next < items.length && identity(items[next]) === identity(asked)) next++
  if (next < items.length) {
    throw new PatchFailure(500, `The order in patch list:\n${goText(patch)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`)
  }
}

function keyOf(item: unknown, key: string): unknown {
  if (!isObject(item)) throw badType('map[string]interface {}', item)
  if (!has(item, key)) throw new PatchFailure(500, `map: ${goText(item)} does not contain declared merge key: ${key}`)
  return item[key]
}
function indexOf(items: readonly unknown[], key: string, value: unknown): number {
  return items.findIndex((item, index) => {
    if (!isObject(item)) throw new PatchFailure(500, `value for key ${index} is not a map`)
    return has(item, key) && item[key] === value
  })
}

/** The form that all items of the lists have. */
function itemForm(...lists: readonly (readonly unknown[])[]): string {
  const forms = new Set(lists.flat().map(goType))
  const [form] = forms
  if (form === undefined) throw new PatchFailure(500, 'no elements in any of the given slices')
  if (form === '[]interface {}') throw new PatchFailure(422, 'lists of lists are not supported')
  if (forms.size > 1) throw new PatchFailure(500, `list element types are not identical: ${goText(lists)}`)
  return form.startsWith('map') ? 'map' : form
}

/** The failure of a value that is not of Go type `expected`. */
export const badType = (expected: string, value: unknown) =>
  new PatchFailure(500, `expected a ${expected}, but received a ${goType(value)}`)
function goType(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** A copy without the objects that carry a directive; undefined when the value itself is one. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(item => item !== undefined)
  if (!isObject(value)) return value
  if (has(value, DIRECTIVE)) return undefined
  const result: JsonObject = {}
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key])
    if (kept !== undefined) put(result, key, kept)
  }
  return result
}
