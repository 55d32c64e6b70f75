/** How server-side apply sees a declared type: leaves, lists and objects, each whole (atomic) or by its parts. */
import { isObject, type JsonObject, own } from '../json-value.ts'
import { presenceOf } from '../presence.ts'
import { string } from '../scalars.ts'
import { type Field, type ListMerge, type Shape, type StructShape, shapeOf, type Type } from '../vocabulary.ts'
import { type Element, keyElement, valueElement } from './element.ts'

export type View = Leaf | ListView | ObjectView
export interface Leaf {
  readonly form: 'leaf'
  /** The scalar's name: `string`, `int32`, `Quantity`. */
  readonly name: string
}
export interface ListView {
  readonly form: 'list'
  readonly isAtomic: boolean
  /** The fields that identify an item; undefined for sets of scalars. */
  readonly keys: readonly string[] | undefined
  readonly item: () => View
}
export interface ObjectView {
  readonly form: 'object'
  /** Whether values that are no objects fit as well. */
  readonly isOpen?: true
  readonly isAtomic: boolean
  /** Whether the field belongs to the type, as opposed to an entry of a map. */
  readonly isDeclared: (name: string) => boolean
  /** undefined where the type has no such field. */
  readonly field: (name: string) => View | undefined
  /** Fields that Go writes even when they are empty, with what it then writes: an empty object has them too. */
  readonly written: ReadonlyMap<string, unknown>
  /** What a field that is absent counts as when it identifies an item. */
  readonly defaultOf: (name: string) => unknown
}

const views = new WeakMap<Shape, View>()

/** The view of a whole object, which has apiVersion and kind whatever its type declares. */
export function rootViewOf(type: Type<unknown>): View {
  const shape = shapeOf(type)
  if (shape.form !== 'struct' || isKind(shape)) return viewOf(type)
  let view = roots.get(shape)
  if (!view) roots.set(shape, (view = structView(shape, true)))
  return view
}
const roots = new WeakMap<Shape, View>()

/** Upstream derives the same from OpenAPI: x-kubernetes-list-type, -map-type and, where they are absent, the patch strategy. */
export function viewOf(type: Type<unknown>): View {
  const shape = shapeOf(type)
  let view = views.get(shape)
  if (!view) views.set(shape, (view = made(shape)))
  return view
}

function made(shape: Shape): View {
  switch (shape.form) {
    case 'scalar':
      return shape.granular ? OPEN : { form: 'leaf', name: shape.name }
    case 'list':
      return { form: 'list', ...identity(shape.merge), item: () => viewOf(shape.of) }
    case 'map':
      return {
        form: 'object',
        isAtomic: shape.atomic,
        isDeclared: () => false,
        field: () => viewOf(shape.of),
        written: new Map(),
        defaultOf: () => undefined,
      }
    case 'struct':
      return structView(shape, isKind(shape))
  }
}

/** Any value: objects by their members, all else whole. */
const OPEN: ObjectView = {
  form: 'object',
  isOpen: true,
  isAtomic: false,
  isDeclared: () => false,
  field: () => OPEN,
  written: new Map(),
  defaultOf: () => undefined,
}

function identity({ listType, keys, patchKey, patchStrategy }: ListMerge): Pick<ListView, 'isAtomic' | 'keys'> {
  const merges = patchStrategy?.split(',').includes('merge') ?? false
  const type = listType ?? (!merges ? 'atomic' : patchKey ? 'map' : 'set')
  if (type === 'atomic') return { isAtomic: true, keys: undefined }
  return { isAtomic: false, keys: type === 'set' ? undefined : (keys ?? (patchKey ? [patchKey] : [])) }
}

/** Kinds embed in others too, as claim templates do. */
const isKind = (shape: StructShape) => 'apiVersion' in shape
/** Kinds carry these, though no declaration names them. */
const TYPE_META: readonly string[] = ['apiVersion', 'kind']

function structView(shape: StructShape, hasTypeMeta: boolean): ObjectView {
  const { fields, rest } = shape
  const declared = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
  const isTypeMeta = (name: string) => hasTypeMeta && TYPE_META.includes(name)
  const known = new Map<string, View>()
  return {
    form: 'object',
    isAtomic: shape.more.atomic ?? false,
    isDeclared: name => declared(name) !== undefined || isTypeMeta(name),
    field: name => {
      let view = known.get(name)
      if (view) return view
      const field = declared(name)
      view = field ? fieldView(field) : isTypeMeta(name) ? viewOf(string) : rest && viewOf(rest)
      if (view && field) known.set(name, view)
      return view
    },
    get written() {
      const written = zeros(shape)
      Object.defineProperty(this, 'written', { value: written })
      return written
    },
    defaultOf: name => declared(name)?.rules.default,
  }
}

/** A field may differ from its type in being atomic. */
function fieldView({ type, rules }: Field<unknown, boolean>): View {
  const view = viewOf(type)
  return rules.atomic === undefined || view.form === 'leaf' ? view : { ...view, isAtomic: rules.atomic }
}

function zeros({ fields }: StructShape): ReadonlyMap<string, unknown> {
  const written = new Map<string, unknown>()
  for (const [name, field] of Object.entries<Field<unknown, boolean>>(fields)) {
    const { isWritten, isNullable } = presenceOf(field)
    if (isWritten) written.set(name, isNullable ? null : zeroOf(shapeOf(field.type)))
  }
  return written
}
const zeroOf = (shape: Shape) => (shape.form === 'scalar' ? (shape.zero ?? null) : shape.form === 'list' ? [] : {})

/** Why an item of a list cannot be told from others; upstream's words. */
export class Unidentifiable extends Error {}

/** What identifies an item of a list that is not atomic. Throws Unidentifiable. */
export function itemElement(list: ListView, item: unknown): Element {
  if (list.keys) return keyedElement(list, list.keys, item)
  if (isObject(item)) throw new Unidentifiable("associative list without keys has an element that's a map type")
  if (Array.isArray(item)) throw new Unidentifiable('not supported: associative list with lists as elements')
  if (item === null || item === undefined) {
    throw new Unidentifiable("associative list without keys has an element that's an explicit null")
  }
  return valueElement(item)
}

function keyedElement(list: ListView, names: readonly string[], item: unknown): Element {
  if (item === null || item === undefined) throw new Unidentifiable('associative list with keys may not have a null element')
  if (!isObject(item)) throw new Unidentifiable('associative list with keys may not have non-map elements')
  const view = list.item()
  const keys: JsonObject = {}
  for (const name of names) {
    const value = own(item, name) ?? (view.form === 'object' ? view.defaultOf(name) : undefined)
    if (value !== undefined) keys[name] = value
  }
  if (names.length > 0 && Object.keys(keys).length === 0) {
    const quoted = names.map(name => JSON.stringify(name)).join(' ')
    throw new Unidentifiable(
      `associative list with keys has an element that omits all key fields [${quoted}] (and doesn't have default values for any key fields)`,
    )
  }
  return keyElement(keys)
}

/** The items by what identifies them, in order; items that nothing identifies are left out. */
export function itemsByElement(list: ListView, items: readonly unknown[]): Map<Element, unknown[]> {
  const found = new Map<Element, unknown[]>()
  for (const item of items) {
    const element = elementOrNone(list, item)
    if (element === undefined) continue
    const same = found.get(element)
    if (same) same.push(item)
    else found.set(element, [item])
  }
  return found
}
function elementOrNone(list: ListView, item: unknown): Element | undefined {
  try {
    return itemElement(list, item)
  } catch (error) {
    if (error instanceof Unidentifiable) return undefined
    throw error
  }
}
