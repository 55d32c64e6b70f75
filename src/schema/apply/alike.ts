/** Parts of FieldsV1 values that many objects have alike, as the pods of one template do: each part is kept once. */
import { isObject, type JsonObject } from '../json-value.ts'

/** So that parts of many forms do not fill the memory; the oldest goes first. */
const FORMS_MAX = 4_000
const forms = new Map<string, JsonObject>()
/** What parts are called where they are parts of others; never given twice. */
const numbers = new WeakMap<JsonObject, number>()
let next = 0

/** The frozen value that stands for all that look like this one, its parts likewise. */
export function alike(fields: JsonObject): JsonObject {
  // It was read from a stored object, and goes back there.
  if (Object.isFrozen(fields)) return fields
  let form = ''
  for (const name of Object.keys(fields)) {
    const below = fields[name]
    const part = isObject(below) ? alike(below) : below
    if (part !== below) fields[name] = part
    // With its length, so that no name can be taken for the end of another.
    form += `${name.length}:${name}${isObject(part) ? numberOf(part) : JSON.stringify(part)} `
  }
  const known = forms.get(form)
  if (known) return known
  if (forms.size >= FORMS_MAX) forms.delete(forms.keys().next().value as string)
  forms.set(form, Object.freeze(fields))
  return fields
}
function numberOf(part: JsonObject): number {
  let number = numbers.get(part)
  if (number === undefined) numbers.set(part, (number = next++))
  return number
}
