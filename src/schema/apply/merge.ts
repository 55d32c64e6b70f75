/** How an applied configuration is merged into a live object, and how fields are taken out of one. */
import { isObject, type JsonObject, own, put } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { type Element, fieldElement } from './element.ts'
import { EMPTY, type FieldSet, isEmpty } from './field-set.ts'
import { itemElement, itemsByElement, type ListView, type ObjectView, rootViewOf, type View } from './typed.ts'

/** The live object with everything that the configuration names; neither is changed. Shared parts are not copied. */
export const merge = (type: Type<unknown>, live: JsonObject, config: JsonObject): JsonObject =>
  (merged(rootViewOf(type), live, config) ?? {}) as JsonObject

function merged(view: View | undefined, live: unknown, config: unknown): unknown {
  if (config === undefined) return live
  if (live === undefined || view === undefined || view.form === 'leaf' || view.isAtomic) return config
  if (view.form === 'list') {
    if (!isListOrNull(live) || !isListOrNull(config) || (!live?.length && !config?.length)) return config
    return mergedList(view, live ?? [], config ?? [])
  }
  if (!isObjectOrNull(live) || !isObjectOrNull(config) || (isVoid(live) && isVoid(config))) return config
  const result: JsonObject = { ...live }
  for (const name of Object.keys(config ?? {})) {
    put(result, name, merged(view.field(name), own(live ?? {}, name), own(config ?? {}, name)))
  }
  return result
}
const isListOrNull = (value: unknown): value is readonly unknown[] | null => value === null || Array.isArray(value)
const isObjectOrNull = (value: unknown): value is JsonObject | null => value === null || isObject(value)
const isVoid = (value: JsonObject | null) => !value || Object.keys(value).length === 0

/**
 * The live items and the configured ones, each once, in an order that contradicts the configuration nowhere: items that only the
 * live object has stay before the same configured neighbour.
 */
function mergedList(view: ListView, live: readonly unknown[], config: readonly unknown[]): unknown[] {
  const old = itemsByElement(view, live)
  const wanted = itemsByElement(view, config)
  const left = live.filter(item => isIdentified(view, item)).map(item => ({ element: itemElement(view, item), item }))
  const right = [...wanted.keys()]
  const shared = right.filter(element => old.has(element))
  const done = new Set<Element>()
  const result: unknown[] = []
  const take = (element: Element) => {
    const same = old.get(element) ?? []
    // Of duplicates nobody knows which one is meant: the configured item takes the place of all.
    result.push(merged(view.item(), same.length === 1 ? same[0] : undefined, wanted.get(element)?.[0]))
    done.add(element)
    if (shared[0] === element) shared.shift()
  }
  let [l, r] = [0, 0]
  while (l < left.length || r < right.length) {
    const mine = left[l]
    const theirs = right[r]
    if (mine && theirs !== undefined) {
      if (mine.element === theirs) {
        take(theirs)
        l++
        r++
        continue
      }
      if (wanted.has(mine.element) && shared.length > 0 && shared[0] !== mine.element) {
        l++
        continue
      }
    }
    if (mine && !wanted.has(mine.element)) {
      result.push(mine.item)
      l++
      continue
    }
    if (mine && done.has(mine.element)) l++
    if (theirs !== undefined) {
      take(theirs)
      r++
    }
  }
  return result
}
const isIdentified = (view: ListView, item: unknown) => itemsByElement(view, [item]).size > 0

/**
 * The object without these fields. What has parts and loses all of them becomes null, which still counts as being there; see `settled`.
 */
export const removed = (type: Type<unknown>, object: JsonObject, fields: FieldSet): JsonObject =>
  (stripped(rootViewOf(type), object, fields) ?? {}) as JsonObject

function stripped(view: View | undefined, value: unknown, fields: FieldSet): unknown {
  if (fields.children.size === 0 || !view || view.form === 'leaf') return value
  if (view.form === 'list') return Array.isArray(value) && !view.isAtomic ? strippedList(view, value, fields) : null
  return isObject(value) && !view.isAtomic ? strippedObject(view, value, fields) : null
}

function strippedList(view: ListView, items: readonly unknown[], fields: FieldSet): unknown {
  const kept = items.flatMap(item => {
    const below = isIdentified(view, item) ? (fields.children.get(itemElement(view, item)) ?? EMPTY) : EMPTY
    return below.isMember ? [] : [isEmpty(below) ? item : stripped(view.item(), item, below)]
  })
  return kept.length > 0 ? kept : null
}

function strippedObject(view: ObjectView, object: JsonObject, fields: FieldSet): unknown {
  const kept: JsonObject = {}
  for (const name of Object.keys(object)) {
    const below = fields.children.get(fieldElement(name)) ?? EMPTY
    if (below.isMember) continue
    put(kept, name, isEmpty(below) ? object[name] : stripped(view.field(name), object[name], below))
  }
  return Object.keys(kept).length > 0 ? kept : null
}

/** The object after removals from `original`, without the nulls that these left behind. */
export const settled = (type: Type<unknown>, object: JsonObject, original: JsonObject): JsonObject =>
  withoutNewNulls(rootViewOf(type), object, original) as JsonObject

function withoutNewNulls(view: View | undefined, value: unknown, original: unknown): unknown {
  if (value === original || !view || view.form === 'leaf' || view.isAtomic) return value
  if (view.form === 'list') {
    if (!Array.isArray(value) || !Array.isArray(original)) return value
    const before = itemsByElement(view, original)
    return value
      .filter(item => item !== null)
      .map(item => (isIdentified(view, item) ? withoutNewNulls(view.item(), item, before.get(itemElement(view, item))?.[0]) : item))
  }
  if (!isObject(value) || !isObject(original)) return value
  const result: JsonObject = {}
  for (const name of Object.keys(value)) {
    const before = own(original, name)
    if (value[name] !== null || before === null) put(result, name, withoutNewNulls(view.field(name), value[name], before))
  }
  return result
}
