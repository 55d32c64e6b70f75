/** Sets of field paths (KEP-555): who owns what is told in them, on the wire as FieldsV1. */
import { isObject, type JsonObject } from '../json-value.ts'
import { alike, LEAF } from './alike.ts'
import { compareElements, type Element, elementText, fieldElement, parseElement } from './element.ts'

/**
 * A set of paths as a tree: `isMember` tells whether the path down to this node is in the set.
 * The root is never a member: nobody owns "the object". No node is kept that has neither membership nor children.
 */
export interface FieldSet {
  readonly isMember: boolean
  readonly children: ReadonlyMap<Element, FieldSet>
}

const NONE: ReadonlyMap<Element, FieldSet> = new Map()
export const EMPTY: FieldSet = { isMember: false, children: NONE }
export const MEMBER: FieldSet = { isMember: true, children: NONE }

export const isEmpty = (set: FieldSet): boolean => !set.isMember && set.children.size === 0

const node = (isMember: boolean, children: FieldSet['children']): FieldSet =>
  children.size > 0 ? { isMember, children } : isMember ? MEMBER : EMPTY

/** The set of these paths; a string stands for a path of field names: `metadata.name`. */
export function fieldSet(...paths: readonly (string | readonly Element[])[]): FieldSet {
  const builder = new FieldSetBuilder()
  for (const path of paths) builder.insert(typeof path === 'string' ? path.split('.').map(fieldElement) : path)
  return builder.build()
}

/** Collects paths. */
export class FieldSetBuilder {
  readonly #root: Growing = { isMember: false, children: UNGROWN }
  /** The empty path is ignored. */
  insert(path: readonly Element[]): void {
    let at = this.#root
    for (const element of path) {
      if (at.children === UNGROWN) at.children = new Map()
      let next = at.children.get(element)
      if (!next) at.children.set(element, (next = { isMember: false, children: UNGROWN }))
      at = next
    }
    if (at !== this.#root) at.isMember = true
  }
  build(): FieldSet {
    return this.#root
  }
}
interface Growing {
  isMember: boolean
  children: Map<Element, Growing>
}
/** Of all nodes without children, which most are; replaced when a child comes. */
const UNGROWN: Map<Element, Growing> = new Map()

/** Most changes touch what their author owned before: a result that equals `left` is `left` itself, and is on the wire what it was. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isEmpty(right)) return left
  if (isEmpty(left)) return right
  let children: Map<Element, FieldSet> | undefined
  for (const [element, theirs] of right.children) {
    const mine = left.children.get(element)
    const both = mine ? union(mine, theirs) : theirs
    if (both !== mine) (children ??= new Map(left.children)).set(element, both)
  }
  const isMember = left.isMember || right.isMember
  return !children && isMember === left.isMember ? left : node(isMember, children ?? left.children)
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  let children: Map<Element, FieldSet> | undefined
  for (const [element, theirs] of right.children) {
    const mine = left.children.get(element)
    const shared = mine ? intersection(mine, theirs) : EMPTY
    if (!isEmpty(shared)) (children ??= new Map()).set(element, shared)
  }
  return node(left.isMember && right.isMember, children ?? NONE)
}

/** The members of `left` that are not members of `right`, `left` itself if that takes none; what lies below a member of `right` stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  let children: Map<Element, FieldSet> | undefined
  for (const [element, theirs] of right.children) {
    const mine = left.children.get(element)
    const kept = mine && difference(mine, theirs)
    if (kept === mine) continue
    children ??= new Map(left.children)
    if (!kept || isEmpty(kept)) children.delete(element)
    else children.set(element, kept)
  }
  const isMember = left.isMember && !right.isMember
  return !children && isMember === left.isMember ? left : node(isMember, children ?? left.children)
}

/** `left` without the members of `right` and without everything below them. */
export function without(left: FieldSet, right: FieldSet | undefined): FieldSet {
  if (!right || isEmpty(right)) return left
  const children = new Map<Element, FieldSet>()
  for (const [element, mine] of left.children) {
    const theirs = right.children.get(element)
    const kept = !theirs ? mine : theirs.isMember ? EMPTY : without(mine, theirs)
    if (!isEmpty(kept)) children.set(element, kept)
  }
  return node(left.isMember, children)
}

export function hasPath(set: FieldSet, path: readonly Element[]): boolean {
  let at: FieldSet | undefined = set
  for (const element of path) at = at?.children.get(element)
  return path.length > 0 && at?.isMember === true
}

export const isSameSet = (left: FieldSet, right: FieldSet): boolean =>
  left === right ||
  (left.isMember === right.isMember &&
    left.children.size === right.children.size &&
    [...left.children].every(([element, mine]) => {
      const theirs = right.children.get(element)
      return theirs !== undefined && isSameSet(mine, theirs)
    }))

const sorted = (set: FieldSet) => [...set.children].sort(([a], [b]) => compareElements(a, b))

/** All paths, as messages show them, in upstream's order: the members of a level before what lies below them. */
export function pathTexts(set: FieldSet, prefix = ''): string[] {
  const children = sorted(set).map(([element, child]) => [`${prefix}${elementText(element)}`, child] as const)
  const members = children.filter(([, child]) => child.isMember).map(([text]) => text)
  return [...members, ...children.flatMap(([text, child]) => pathTexts(child, text))]
}

/** Stored objects are frozen, and share what they have alike: each part is read once, and written as it was read if nothing changes it. */
let readSets = new WeakMap<JsonObject, FieldSet>()
/** What is not shared would be held as long as its object: after so many sets all are forgotten, and those that are needed are read anew. */
const READ_SETS_MAX = 5_000
let readCount = 0
const writtenSets = new WeakMap<FieldSet, JsonObject>()

/** The set as FieldsV1: `{"f:spec":{"f:replicas":{}}}`, with `.` for a member that has children. Frozen, and the same for sets that are alike. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const written = writtenSets.get(set)
  if (written) return written
  if (set.children.size === 0) return LEAF
  const names = [...set.children.keys()]
  if (names.length > 1) names.sort(compareElements)
  const parts = names.map(name => toFieldsV1(set.children.get(name) as FieldSet))
  return set.isMember ? alike(['.', ...names], [LEAF, ...parts]) : alike(names, parts)
}

/** Throws SyntaxError when the value is not FieldsV1. Elements of unknown kinds are dropped, as upstream drops them. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = parsed(fields)
  return set.isMember ? node(false, new Map(set.children)) : set
}
function parsed(fields: unknown): FieldSet {
  if (fields === null) return MEMBER
  const isLasting = isObject(fields) && Object.isFrozen(fields)
  const known = isLasting ? readSets.get(fields) : undefined
  if (known) return known
  const set = parsedAnew(fields)
  if (isLasting && set.children.size > 0) remember(fields, set)
  return set
}
function remember(fields: JsonObject, set: FieldSet): void {
  if (++readCount > READ_SETS_MAX) {
    readSets = new WeakMap()
    readCount = 0
  }
  readSets.set(fields, set)
  writtenSets.set(set, fields)
}
function parsedAnew(fields: unknown): FieldSet {
  if (!isObject(fields)) throw new SyntaxError(`ReadMapCB: expect { or n, but found ${JSON.stringify(fields)?.[0]}`)
  const children = new Map<Element, FieldSet>()
  let isMember = false
  for (const [name, below] of Object.entries(fields)) {
    if (name === '.') isMember = true
    else {
      const element = parseElement(name)
      if (element !== undefined) children.set(element, parsed(below))
    }
  }
  return node(isMember || children.size === 0, children)
}
