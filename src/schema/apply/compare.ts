/** What changed between two objects of a type, as three sets of fields. */
import { isEqual, isObject, type JsonObject, own } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { type Element, fieldElement } from './element.ts'
import { type FieldSet, FieldSetBuilder, without } from './field-set.ts'
import { itemsByElement, type ListView, type ObjectView, rootViewOf, type View } from './typed.ts'

/** No field is in more than one of the sets; all three are empty when the objects are equal. */
export interface Comparison {
  readonly removed: FieldSet
  readonly modified: FieldSet
  readonly added: FieldSet
}

/** Only differences that apply can see: the order in associative lists does not count, nor what Go would write as empty. */
export function compare(type: Type<unknown>, before: JsonObject, after: JsonObject): Comparison {
  const walk = new Walk()
  walk.visit(rootViewOf(type), before, after)
  return { removed: walk.removed.build(), modified: walk.modified.build(), added: walk.added.build() }
}

/** The comparison without the fields that this request may not set, and all below them. */
export const comparisonWithout = ({ removed, modified, added }: Comparison, ignored: FieldSet | undefined): Comparison => ({
  removed: without(removed, ignored),
  modified: without(modified, ignored),
  added: without(added, ignored),
})

/** undefined stands for what is not there; null is a value. */
class Walk {
  readonly removed = new FieldSetBuilder()
  readonly modified = new FieldSetBuilder()
  readonly added = new FieldSetBuilder()
  readonly #path: Element[] = []

  visit(view: View | undefined, before: unknown, after: unknown): void {
    if (before === after) return
    if (view?.form === 'list' && isListOrAbsent(before) && isListOrAbsent(after)) return this.#list(view, before, after)
    if (view?.form === 'object' && isObjectOrAbsent(before) && isObjectOrAbsent(after)) return this.#object(view, before, after)
    // Untyped values may change their form: then all parts of the one are gone, and those of the other are new.
    if (view?.form === 'object' && !view.isAtomic) {
      if (isObject(before)) this.#members(view, before, undefined)
      if (isObject(after)) this.#members(view, undefined, after)
    }
    this.#leaf(before, after)
  }

  #leaf(before: unknown, after: unknown): void {
    if (before === undefined) this.added.insert(this.#path)
    else if (after === undefined) this.removed.insert(this.#path)
    else if (!isEqual(before, after)) this.modified.insert(this.#path)
  }

  /** What has parts is itself added or removed, after its parts. */
  #whole(before: unknown, after: unknown): void {
    if (before === undefined) this.added.insert(this.#path)
    else if (after === undefined) this.removed.insert(this.#path)
  }

  #below(element: Element, view: View | undefined, before: unknown, after: unknown): void {
    if (before === after) return
    this.#path.push(element)
    this.visit(view, before, after)
    this.#path.pop()
  }

  #object(view: ObjectView, before: JsonObject | null | undefined, after: JsonObject | null | undefined): void {
    if (view.isAtomic || (hasNothing(view, before) && hasNothing(view, after))) {
      return this.#leaf(before, after)
    }
    this.#members(view, before, after)
    this.#whole(before, after)
  }
  #members(view: ObjectView, before: JsonObject | null | undefined, after: JsonObject | null | undefined): void {
    const visit = (name: string) =>
      this.#below(fieldElement(name), view.field(name), valueOf(view, before, name), valueOf(view, after, name))
    for (const name in before ?? NOTHING) visit(name)
    for (const name in after ?? NOTHING) if (!before || !Object.hasOwn(before, name)) visit(name)
  }

  #list(view: ListView, before: readonly unknown[] | null | undefined, after: readonly unknown[] | null | undefined): void {
    // What identifies the items takes longer to find out than that all of them are as they were.
    if (view.isAtomic || (!before?.length && !after?.length) || isEqual(before, after)) return this.#leaf(before, after)
    const old = itemsByElement(view, before ?? [])
    const next = itemsByElement(view, after ?? [])
    for (const element of new Set([...old.keys(), ...next.keys()]))
      this.#items(view, element, old.get(element) ?? [], next.get(element) ?? [])
    this.#whole(before, after)
  }

  /** Items of the same identity: one against one, or duplicates, which count as one value. */
  #items(view: ListView, element: Element, before: readonly unknown[], after: readonly unknown[]): void {
    const path = [...this.#path, element]
    if (before.length <= 1 && after.length <= 1) this.#below(element, view.item(), before[0], after[0])
    else if (before.length >= 2 && after.length >= 2) {
      if (!isEqual(before, after)) this.modified.insert(path)
    } else if (before.length >= 2) {
      if (after.length > 0) this.#below(element, view.item(), undefined, after[0])
      this.removed.insert(path)
    } else {
      if (before.length > 0) this.#below(element, view.item(), before[0], undefined)
      this.added.insert(path)
    }
  }
}

const NOTHING = {}
const isListOrAbsent = (value: unknown): value is readonly unknown[] | null | undefined =>
  value === undefined || value === null || Array.isArray(value)
const isObjectOrAbsent = (value: unknown): value is JsonObject | null | undefined =>
  value === undefined || value === null || isObject(value)

const hasNothing = (view: ObjectView, value: JsonObject | null | undefined) =>
  !value || (view.written.size === 0 && Object.keys(value).length === 0)

/** An object has what Go writes into it, even if it was written by someone who left it out. */
function valueOf(view: ObjectView, object: JsonObject | null | undefined, name: string): unknown {
  if (!object) return undefined
  const value = own(object, name)
  return value === undefined ? view.written.get(name) : value
}
