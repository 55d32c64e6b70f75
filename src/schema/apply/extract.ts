/** From a value to the set of its fields, by type; and how a set is fitted to a type. */
import { isObject, type JsonObject } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { type Element, fieldElement } from './element.ts'
import { EMPTY, type FieldSet, isEmpty, MEMBER } from './field-set.ts'
import { itemsByElement, type ListView, type ObjectView, rootViewOf, type View } from './typed.ts'

/**
 * The fields that a configuration names: every leaf, every atomic value, every item of a list and entry of a map, and empty objects.
 * An empty list that is not atomic names nothing.
 */
export const extract = (type: Type<unknown>, value: unknown): FieldSet => fieldsOf(rootViewOf(type), value)

function fieldsOf(view: View, value: unknown): FieldSet {
  if (view.form === 'list' && (Array.isArray(value) || value === null)) return view.isAtomic ? MEMBER : itemsOf(view, value ?? [])
  if (view.form === 'object' && (isObject(value) || value === null)) return view.isAtomic ? MEMBER : membersOf(view, value ?? {})
  return MEMBER
}

function itemsOf(view: ListView, items: readonly unknown[]): FieldSet {
  const children = new Map<Element, FieldSet>()
  for (const [element, same] of itemsByElement(view, items)) {
    const below = same.length === 1 ? fieldsOf(view.item(), same[0]) : EMPTY
    children.set(element, { isMember: true, children: below.children })
  }
  return children.size > 0 ? { isMember: false, children } : EMPTY
}

function membersOf(view: ObjectView, value: JsonObject): FieldSet {
  const children = new Map<Element, FieldSet>()
  for (const name of Object.keys(value)) {
    const member = value[name]
    if (member === undefined) continue
    const type = view.field(name)
    const below = type ? fieldsOf(type, member) : MEMBER
    const isOwn = member === null || (isObject(member) && Object.keys(member).length === 0) || !view.isDeclared(name)
    const child = isOwn && !below.isMember ? { isMember: true, children: below.children } : below
    if (!isEmpty(child)) children.set(fieldElement(name), child)
  }
  return children.size > 0 ? { isMember: false, children } : EMPTY
}

/** The type of what an element of a set leads to; undefined where the type has no such thing. */
function below(view: View | undefined, element: Element): View | undefined {
  if (view?.form === 'object' && element.startsWith('f:')) return view.field(element.slice(2))
  if (view?.form === 'list' && !element.startsWith('f:')) return view.item()
  return undefined
}

/** The set with all declared fields that have members below them as members themselves, so that whole structs can be removed. */
export function withNamedFields(view: View | undefined, set: FieldSet): FieldSet {
  if (set.children.size === 0) return set
  const children = new Map<Element, FieldSet>()
  for (const [element, child] of set.children) {
    const isNamed = view?.form === 'object' && element.startsWith('f:') && view.isDeclared(element.slice(2))
    const fitted = withNamedFields(below(view, element), child)
    children.set(element, isNamed && !fitted.isMember ? { isMember: true, children: fitted.children } : fitted)
  }
  return { isMember: set.isMember, children }
}

/** The set after a change of the type: whoever owned parts of what is atomic now owns the whole. */
export function reconciled(view: View | undefined, set: FieldSet, isRoot = true): FieldSet {
  if (!view || view.form === 'leaf' || set.children.size === 0) return set
  if (view.isAtomic && !isRoot) return MEMBER
  let children: Map<Element, FieldSet> | undefined
  for (const [element, child] of set.children) {
    const fitted = reconciled(below(view, element), child, false)
    if (fitted !== child) (children ??= new Map(set.children)).set(element, fitted)
  }
  return children ? { isMember: set.isMember, children } : set
}
