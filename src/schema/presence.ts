/** What absence and zero mean for a field: the table of `Rules` as two questions that decoding asks of every field. */
import { compiled, later } from './compiled.ts'
import { type Field, type Shape, type StructShape, shapeOf, type Type } from './vocabulary.ts'

/** How one field appears in a canonical object. */
export interface Presence {
  /** Written as zero when it is absent. */
  readonly isWritten: boolean
  /** Dropped when it is zero. */
  readonly dropsZero: boolean
  /** A list that is always there: null when absent or empty, as Go writes a nil slice. */
  readonly isNullable: boolean
}

export function presenceOf({ rules, type }: Field<unknown, boolean>): Presence {
  const shape = shapeOf(type)
  const isMeant = (rules.required ?? rules.always ?? rules.written ?? false) && !rules.explicit
  return {
    isWritten: isMeant,
    dropsZero: !isMeant && !rules.explicit && !keepsZero(shape),
    isNullable: isMeant && shape.form === 'list',
  }
}
/** Structs, and scalars that are structs in Go, are never zero: they are there or not. */
const keepsZero = (shape: Shape) => shape.form === 'struct' || (shape.form === 'scalar' && shape.keepsZero === true)

/** Whether a value is empty: '', 0, false, [] or {}; a struct never is. */
export function isZero(shape: Shape, value: unknown): boolean {
  switch (shape.form) {
    case 'scalar':
      return value === shape.zero && !shape.keepsZero
    case 'list':
      return (value as readonly unknown[]).length === 0
    case 'map':
      for (const _ in value as object) return false
      return true
    case 'struct':
      return false
  }
}

/** A field as it is put into a canonical object. */
export interface CanonicalField extends Presence {
  readonly name: string
  readonly position: number
  readonly type: Type<unknown>
  readonly shape: Shape
}
export const canonicalFields = (struct: StructShape): CanonicalField[] =>
  Object.entries<Field<unknown, boolean>>(struct.fields).map(([name, field], position) => ({
    name,
    position,
    type: field.type,
    shape: shapeOf(field.type),
    ...presenceOf(field),
  }))

/** Puts values, each at its field's position, into an object as the rules say. */
export function assemble(fields: readonly CanonicalField[], values: readonly unknown[], draft: Record<string, unknown>): void {
  for (const field of fields) {
    let value = values[field.position]
    if (value === undefined) {
      if (!field.isWritten) continue
      value = zeroOf(field.type)
      if (value === undefined) continue
    } else if (field.dropsZero && isZero(field.shape, value)) continue
    draft[field.name] = field.isNullable && isZero(field.shape, value) ? null : value
  }
}

/** A new zero of a type: what is written where a field is absent; undefined where there is none. */
export const zeroOf = (type: Type<unknown>): unknown => zeroMaker(type)()
/** What null stands for in a list or a map: the zero, or null itself where there is none. */
export const zeroInside = (type: Type<unknown>): unknown => zeroOf(type) ?? null
const zeroMaker = compiled<() => unknown>(shape => {
  switch (shape.form) {
    case 'scalar':
      return () => shape.zero
    case 'list':
      return () => []
    case 'map':
      return () => ({})
    case 'struct': {
      const fields = later(() => canonicalFields(shape).filter(({ isWritten }) => isWritten))
      return () => {
        const zero = {}
        assemble(fields(), [], zero)
        return zero
      }
    }
  }
})
