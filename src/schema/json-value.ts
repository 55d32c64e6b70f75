/** JSON values as the merging readings handle them: own properties only, so that `__proto__` is a name like any other. */

export type JsonObject = { [key: string]: unknown }

export const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value)

export const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key)

/** The value of an own property; undefined where there is none. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

/** Sets an own property, never the prototype. */
export function put(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

/** A deep copy that shares nothing with the original. */
export function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T
  if (!isObject(value)) return value
  const copy: JsonObject = { ...value }
  for (const key in copy) {
    const member = copy[key]
    if (typeof member === 'object') copy[key] = clone(member)
  }
  return copy as T
}

/** Deep equality; the order of properties does not matter, a property that is undefined counts as absent. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
  }
  if (!isObject(left) || !isObject(right)) return false
  // Every write compares whole objects several times: no list of names is made for that.
  let others = 0
  for (const key in right) if (right[key] !== undefined) others++
  for (const key in left) {
    if (left[key] === undefined) continue
    if (!isEqual(left[key], own(right, key))) return false
    others--
  }
  return others === 0
}

/** A copy without the members that are null, at every depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const key of Object.keys(value)) if (value[key] !== null) put(result, key, withoutNulls(value[key]))
  return result
}

/** A value as Go prints it with %v: `map[a:1 b:[x y]]`. Upstream's messages show values so. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isObject(value)) return `${value as string | number | boolean}`
  const keys = Object.keys(value).sort()
  return `map[${keys.map(key => `${key}:${goText(value[key])}`).join(' ')}]`
}
