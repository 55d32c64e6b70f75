/** Strategic merge patch: a merge patch that knows which lists merge, and by which key. */
import { clone, goText, has, isObject, type JsonObject, own, put, withoutNulls } from './json-value.ts'
import { PatchFailure } from './patch-failure.ts'
import { badType, DIRECTIVE, declared, mergeLists, orderedLists, withoutDirectives } from './strategic-merge-lists.ts'
import { type Shape, shapeOf, type Type } from './vocabulary.ts'

const RETAIN_KEYS = '$retainKeys'
const SET_ORDER = '$setElementOrder'
const DELETE_FROM_LIST = '$deleteFromPrimitiveList'

/**
 * The object with the patch merged in, by the merge keys and strategies of the declaration. `current` and `patch` are left as they are.
 * Throws PatchFailure with upstream's messages: 400 for a malformed patch, 422 for lists of lists, 500 for what upstream reports so.
 * Source: the API conventions on strategic merge patch, and k8s.io/apimachinery strategicpatch for the order of merged lists.
 */
export function strategicMerge<T>(type: Type<unknown>, current: T, patch: unknown): T {
  if (!isObject(patch)) throw new PatchFailure(400, 'invalid JSON document')
  return mergeObjects(shapeOf(type), isObject(current) ? current : {}, patch) as T
}

function mergeObjects(shape: Shape, current: JsonObject, whole: JsonObject): JsonObject {
  if (has(whole, DIRECTIVE)) return directed(whole)
  const result = retained(current, whole)
  const patch = { ...whole }
  delete patch[RETAIN_KEYS]
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ORDER)) continue
    const order = patch[key]
    delete patch[key]
    const name = fieldOf(key, SET_ORDER, 'invalid patch format of setElementOrder list')
    if (orderList(shape, result, { name, order, patched: own(patch, name) })) delete patch[name]
  }
  for (const key of Object.keys(patch)) {
    if (key.startsWith(DELETE_FROM_LIST)) {
      const name = fieldOf(key, DELETE_FROM_LIST, 'invalid patch format of primitive list')
      removeItems(result, name, patch[key])
    } else mergeField(shape, result, { name: key, value: patch[key] })
  }
  return result
}

/** What `$patch` in an object asks for. */
function directed(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch
  if (directive === 'replace') return clone(rest)
  if (directive === 'delete') return {}
  throw new PatchFailure(500, `unknown patch type: ${goText(directive)} in map: ${goText(patch)}`)
}

/** The current fields that `$retainKeys` lets stand; all of them without that directive. */
function retained(current: JsonObject, patch: JsonObject): JsonObject {
  if (!has(patch, RETAIN_KEYS)) return { ...current }
  const kept = patch[RETAIN_KEYS]
  const malformed = new PatchFailure(400, 'invalid patch format of retainKeys')
  if (!Array.isArray(kept)) throw malformed
  for (const [key, value] of Object.entries(patch)) {
    const isDirective = key === RETAIN_KEYS || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)
    if (value !== null && !isDirective && !kept.includes(key)) throw malformed
  }
  return Object.fromEntries(Object.entries(current).filter(([key]) => kept.includes(key)))
}

function fieldOf(key: string, prefix: string, message: string): string {
  if (key[prefix.length] !== '/') throw new PatchFailure(400, message)
  return key.slice(prefix.length + 1)
}

/** Merges the list `name`, if it is in the patch too, and puts it in the asked order. False when there is no such list anywhere. */
function orderList(
  shape: Shape,
  result: JsonObject,
  { name, order, patched }: { name: string; order: unknown; patched: unknown },
): boolean {
  const current = own(result, name)
  for (const value of [order, current, patched]) if (value !== undefined && !Array.isArray(value)) throw badType('[]interface {}', value)
  const found = declared(shape, name, 'list')
  const lists = { current: current as unknown[] | undefined, patch: patched as unknown[] | undefined }
  if (!lists.current && !lists.patch) return false
  put(result, name, orderedLists(found, lists, order as unknown[], mergeObjects))
  return true
}

function removeItems(result: JsonObject, name: string, removed: unknown): void {
  const current = own(result, name)
  if (removed === null) delete result[name]
  else if (Array.isArray(current) && Array.isArray(removed))
    put(
      result,
      name,
      current.filter(item => !removed.includes(item)),
    )
}

function mergeField(shape: Shape, result: JsonObject, { name, value }: { name: string; value: unknown }): void {
  const current = own(result, name)
  if (value === null) delete result[name]
  else if (isObject(current) && isObject(value)) {
    const found = declared(shape, name, 'struct')
    put(result, name, found.strategy === 'replace' ? clone(value) : mergeObjects(found.shape, current, value))
  } else if (Array.isArray(current) && Array.isArray(value)) {
    const found = declared(shape, name, 'list')
    put(result, name, found.strategy === 'merge' ? mergeLists(found, current, value, mergeObjects) : clone(value))
  } else {
    const kept = withoutDirectives(withoutNulls(value))
    if (kept === undefined) delete result[name]
    else put(result, name, kept)
  }
}
