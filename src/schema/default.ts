/** Defaults, filled into a draft in place. */
/*
 * The order is upstream's, parents first: a struct's fields get their own defaults in the
 * order of declaration, then the struct's `fill` runs, which may create children, and then each child is filled in the same way.
 * So `fill` sees the defaults of its own fields, but not yet those inside them.
 */
import { compiled, later } from './compiled.ts'
import { clone } from './json-value.ts'
import { isZero } from './presence.ts'
import { type Draft, type Field, type Shape, shapeOf, type StructShape, type Type } from './vocabulary.ts'

/** Fills in all defaults of a draft. Does nothing where the type declares none. */
export function fillDefaults<T>(type: Type<T>, draft: Draft<T>): Draft<T> {
  if (hasDefaults(shapeOf(type), new Set())) fillingOf(type)(draft)
  return draft
}

type Filling = (draft: unknown) => void
const fillingOf = compiled<Filling>(shape => {
  switch (shape.form) {
    case 'scalar':
      return () => {}
    case 'list': {
      const item = later(() => fillingOf(shape.of))
      return draft => {
        for (const one of draft as unknown[]) item()(one)
      }
    }
    case 'map': {
      const item = later(() => fillingOf(shape.of))
      return draft => {
        for (const one of Object.values(draft as object)) item()(one)
      }
    }
    case 'struct':
      return structFilling(shape)
  }
})

function structFilling(struct: StructShape): Filling {
  const plan = later(() => {
    const fields = Object.entries<Field<unknown, boolean>>(struct.fields).map(([name, { rules, type }]) => {
      return { name, type, shape: shapeOf(type), value: rules.default, isExplicit: rules.explicit === true }
    })
    return {
      defaults: fields.filter(({ value }) => value !== undefined),
      children: fields.filter(({ shape }) => hasDefaults(shape, new Set())).map(({ name, type }) => ({ name, fill: fillingOf(type) })),
    }
  })
  return given => {
    const draft = given as Record<string, unknown>
    const { defaults, children } = plan()
    for (const { name, shape, value, isExplicit } of defaults) {
      const now = draft[name]
      if (now === undefined || now === null || (!isExplicit && isZero(shape, now))) draft[name] = clone(value)
    }
    const { fill } = struct.more as { fill?: Filling }
    fill?.(draft)
    for (const child of children) {
      const value = draft[child.name]
      if (value !== undefined && value !== null) child.fill(value)
    }
  }
}

const known = new WeakMap<Shape, boolean>()
/** Whether there is anything to fill within a type; most of the API's structs have no defaults and need not be visited. */
function hasDefaults(shape: Shape, open: Set<Shape>): boolean {
  if (shape.form === 'scalar') return false
  const found = known.get(shape)
  if (found !== undefined) return found
  // A type within itself: what it has is found by the visit that is under way.
  if (open.has(shape)) return false
  open.add(shape)
  const answer =
    shape.form === 'struct'
      ? shape.more.fill !== undefined ||
        Object.values<Field<unknown, boolean>>(shape.fields).some(
          ({ rules, type }) => rules.default !== undefined || hasDefaults(shapeOf(type), open),
        )
      : hasDefaults(shapeOf(shape.of), open)
  open.delete(shape)
  if (answer || open.size === 0) known.set(shape, answer)
  return answer
}
