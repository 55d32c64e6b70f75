/** JSON merge patch (RFC 7386), as the Kubernetes API server applies it. */
import { clone, isObject, type JsonObject, own, put, withoutNulls } from './json-value.ts'
import { PatchFailure } from './patch-failure.ts'

/**
 * The object with the patch merged in: null deletes, objects merge, all else replaces. `current` is left as it is.
 * Throws PatchFailure 400 when the patch is neither an object nor a list.
 * Beyond the RFC, as upstream: nulls are also left out of objects inside lists that take the place of something else.
 */
export function mergePatch<T>(current: T, patch: unknown): T {
  if (Array.isArray(patch)) return withoutNulls(patch) as T
  if (!isObject(patch)) throw new PatchFailure(400, 'Invalid JSON Patch')
  return merged(current, patch) as T
}

function merged(current: unknown, patch: unknown): unknown {
  if (!isObject(current)) return withoutNulls(patch)
  if (!isObject(patch)) return clone(patch)
  const result: JsonObject = { ...current }
  for (const key of Object.keys(patch)) {
    const value = own(patch, key)
    if (value === null) delete result[key]
    else put(result, key, merged(own(current, key), value))
  }
  return result
}
