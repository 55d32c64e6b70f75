/** Parts of FieldsV1 values that many objects have alike, as the pods of one template do: each part is kept once. */
import type { JsonObject } from '../json-value.ts'

/** A name read so far, or the part below it. One after the other they lead to the value that has them all. */
interface Step {
  next?: Map<string | JsonObject, Step>
  value?: JsonObject
}
/** So that parts of many forms do not fill the memory: then all are forgotten, and the next ones are kept anew. */
const STEPS_MAX = 10_000
let start: Step = {}
let count = 0

/** What has nothing below it; most parts are this one. */
export const LEAF: JsonObject = Object.freeze({})

/** The frozen value with these members, the same one for the same names and parts; parts are such values themselves. */
export function alike(names: readonly string[], parts: readonly JsonObject[]): JsonObject {
  if (count >= STEPS_MAX) {
    start = {}
    count = 0
  }
  let at = start
  for (let index = 0; index < names.length; index++) {
    at = after(at, names[index] as string)
    const part = parts[index] as JsonObject
    if (part !== LEAF) at = after(at, part)
  }
  return (at.value ??= Object.freeze(Object.fromEntries(names.map((name, index) => [name, parts[index]]))))
}
function after(step: Step, key: string | JsonObject): Step {
  step.next ??= new Map()
  let next = step.next.get(key)
  if (!next) {
    step.next.set(key, (next = {}))
    count++
  }
  return next
}
