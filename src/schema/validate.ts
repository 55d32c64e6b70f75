/** The rules of a declaration, checked: every breach with its path, in the order in which the fields are declared. */
import { compiled, later } from './compiled.ts'
import { isEqual, own } from './json-value.ts'
import { pathAt } from './path.ts'
import { isZero } from './presence.ts'
import {
  type Check,
  type Field,
  type ListShape,
  type Path,
  type Problem,
  type Rules,
  type Shape,
  type StructShape,
  shapeOf,
  type Type,
} from './vocabulary.ts'

/** What is wrong with a value; `before` is the stored one on updates. Fields come first, then what `validate` of the struct says. */
export function problems<T>(type: Type<T>, value: T, before?: T): Problem[] {
  const at = pathAt()
  examinationOf(type)?.(value, at, before)
  return at.problems
}

type Examination = (value: unknown, at: Path, before: unknown) => void
/** Undefined where a type has nothing that could be breached, so that nobody walks through it. */
const examinationOf = (type: Type<unknown>): Examination | undefined => (hasRules(shapeOf(type), new Set()) ? examination(type) : undefined)
const examination = compiled<Examination>(shape => {
  switch (shape.form) {
    case 'scalar':
      return scalarExamination(shape.values)
    case 'list':
      return listExamination(shape)
    case 'map': {
      const entry = later(() => examinationOf(shape.of))
      return (value, at, before) => {
        const examine = entry()
        if (!examine) return
        const entries = value as Record<string, unknown>
        for (const key of Object.keys(entries)) examine(entries[key], at.entry(key), before && own(before as typeof entries, key))
      }
    }
    case 'struct':
      return structExamination(shape)
  }
})

function scalarExamination(values: readonly string[] | undefined): Examination {
  const allowed = new Set<unknown>(values)
  return (value, at) => {
    if (values && !allowed.has(value)) at.unsupported(value, values)
  }
}

function listExamination(list: ListShape): Examination {
  const item = later(() => examinationOf(list.of))
  const { keys, listType, unique } = list.merge
  const isKeyed = listType === 'map' && keys !== undefined
  return (value, at, before) => {
    const items = value as readonly unknown[]
    const examine = item()
    if (unique) reportDuplicates(list, items, at)
    if (!examine) return
    const stored = isKeyed && Array.isArray(before) && before.length ? byKeys(before, keys) : undefined
    for (let i = 0; i < items.length; i++) examine(items[i], at.index(i), stored?.get(identity(items[i], keys as readonly string[])))
  }
}
const byKeys = (items: readonly unknown[], keys: readonly string[]) => new Map(items.map(item => [identity(item, keys), item]))
const identity = (item: unknown, keys: readonly string[]) => JSON.stringify(keys.map(key => (item as Record<string, unknown>)[key] ?? null))

/** Two items that a list may not hold together: equal scalars, or structs with equal keys. */
function reportDuplicates({ merge: { keys, patchKey } }: ListShape, items: readonly unknown[], at: Path): void {
  const names = keys ?? (patchKey ? [patchKey] : undefined)
  const seen = new Set<string>()
  for (const [i, item] of items.entries()) {
    const id = names ? identity(item, names) : JSON.stringify(item)
    if (seen.has(id)) {
      const [name, another] = names ?? []
      if (name === undefined) at.index(i).duplicate(item)
      else if (another === undefined)
        at.index(i)
          .key(name)
          .duplicate((item as Record<string, unknown>)[name])
      else at.index(i).duplicate(keysOf(item, names as readonly string[]))
    }
    seen.add(id)
  }
}
const keysOf = (item: unknown, names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, (item as Record<string, unknown>)[name]]).filter(([, value]) => value !== undefined))

interface FieldExamination {
  readonly name: string
  readonly shape: Shape
  readonly rules: Rules<unknown>
  readonly checks: readonly Check<unknown>[]
  readonly examine: Examination | undefined
}
function structExamination(struct: StructShape): Examination {
  const plan = later(() =>
    Object.entries<Field<unknown, boolean>>(struct.fields)
      .filter(([, field]) => isRuled(field) || hasRules(shapeOf(field.type), new Set()))
      .map(([name, { rules, type }]): FieldExamination => {
        const check = rules.check
        return {
          name,
          shape: shapeOf(type),
          rules,
          checks: check === undefined ? [] : typeof check === 'function' ? [check] : check,
          examine: examinationOf(type),
        }
      }),
  )
  const { oneOf, validate } = struct.more as { oneOf?: Union; validate?: Examination }
  return (value, at, before) => {
    const object = value as Record<string, unknown>
    const stored = before as Record<string, unknown> | undefined
    for (const field of plan()) examineField(field, object, { at, stored })
    if (oneOf) examineUnion(oneOf, object, at)
    validate?.(value, at, before)
  }
}

interface Place {
  readonly at: Path
  readonly stored: Record<string, unknown> | undefined
}
function examineField({ name, shape, rules, checks, examine }: FieldExamination, object: Record<string, unknown>, { at, stored }: Place) {
  const value = object[name]
  if (rules.immutable && stored && !isEqual(value, stored[name])) return at.key(name).invalid(value ?? null, 'field is immutable')
  const isAbsent = value === undefined || value === null
  const isEmpty = isAbsent || (!rules.explicit && isZero(shape, value))
  if (isEmpty && rules.required) return at.key(name).required()
  if (isAbsent) return
  if (typeof value === 'number') {
    if (rules.minimum !== undefined && value < rules.minimum)
      at.key(name).invalid(value, `must be greater than or equal to ${rules.minimum}`)
    if (rules.maximum !== undefined && value > rules.maximum) at.key(name).invalid(value, `must be less than or equal to ${rules.maximum}`)
  }
  // An empty text that the rules write for an absent field is nothing that somebody said.
  if (isEmpty && typeof value === 'string') return
  for (const check of checks) {
    const wrong = check(value)
    if (wrong !== undefined) at.key(name).invalid(value, wrong)
  }
  examine?.(value, at.key(name), stored?.[name])
}

interface Union {
  readonly members: readonly string[]
  readonly required?: boolean
  readonly noun?: string
}
/** With a noun, the words of the core group; else those of upstream's declarative validation. */
function examineUnion({ members, required, noun }: Union, object: Record<string, unknown>, at: Path): void {
  const set = members.filter(name => object[name] !== undefined && object[name] !== null)
  if (set.length === 0 && required) {
    if (noun) at.required(`must specify a ${noun}`)
    else at.invalid('', `must specify one of: ${members.map(name => `\`${name}\``).join(', ')}`)
  }
  if (set.length <= 1) return
  if (noun) for (const name of set.slice(1)) at.key(name).forbidden(`may not specify more than 1 ${noun}`)
  else
    at.invalid(
      `{${set.join(', ')}}`,
      `must specify ${required ? 'exactly' : 'at most'} one of: ${members.map(name => `\`${name}\``).join(', ')}`,
    )
}

const isRuled = ({ rules }: Field<unknown, boolean>): boolean =>
  [rules.required, rules.immutable, rules.minimum, rules.maximum, rules.check].some(rule => rule !== undefined)

const known = new WeakMap<Shape, boolean>()
function hasRules(shape: Shape, open: Set<Shape>): boolean {
  if (shape.form === 'scalar') return shape.values !== undefined
  const found = known.get(shape)
  if (found !== undefined) return found
  // A type within itself: what it has is found by the visit that is under way.
  if (open.has(shape)) return false
  open.add(shape)
  const answer =
    shape.form === 'struct'
      ? shape.more.validate !== undefined ||
        shape.more.oneOf !== undefined ||
        Object.values<Field<unknown, boolean>>(shape.fields).some(field => isRuled(field) || hasRules(shapeOf(field.type), open))
      : (shape.form === 'list' && shape.merge.unique === true) || hasRules(shapeOf(shape.of), open)
  open.delete(shape)
  if (answer || open.size === 0) known.set(shape, answer)
  return answer
}
