/** FieldsV1 values that many objects have alike, as the pods of one template do: each is kept once. */
import { isObject, type JsonObject } from '../json-value.ts'

/** So that objects of many forms do not fill the memory; the oldest goes first. */
const FORMS_MAX = 2_000
const forms = new Map<string, JsonObject>()

/** The frozen value that stands for all that look like this one. */
export function alike(fields: JsonObject): JsonObject {
  // It was read from a stored object, and goes back there.
  if (Object.isFrozen(fields)) return fields
  const text = JSON.stringify(fields)
  const known = forms.get(text)
  if (known) return known
  if (forms.size >= FORMS_MAX) forms.delete(forms.keys().next().value as string)
  forms.set(text, frozen(fields))
  return fields
}
function frozen(fields: JsonObject): JsonObject {
  for (const below of Object.values(fields)) if (isObject(below) && !Object.isFrozen(below)) frozen(below)
  return Object.freeze(fields)
}
