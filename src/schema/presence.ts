/** What absence and zero mean for a field: the table of `Rules` as two questions that decoding asks of every field. */
import { type Field, type Shape, shapeOf } from './vocabulary.ts'

/** How one field appears in a canonical object. */
export interface Presence {
  /** Written as zero when it is absent. */
  readonly isWritten: boolean
  /** Dropped when it is zero. */
  readonly dropsZero: boolean
  /** A required list: null when absent or empty, as Go writes a nil slice. */
  readonly isNullable: boolean
}

export function presenceOf({ rules, type }: Field<unknown, boolean>): Presence {
  const shape = shapeOf(type)
  const isMeant = (rules.required ?? rules.always ?? rules.written ?? false) && !rules.explicit
  return {
    isWritten: isMeant,
    dropsZero: !isMeant && !rules.explicit && !keepsZero(shape),
    isNullable: isMeant && rules.required === true && shape.form === 'list',
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
