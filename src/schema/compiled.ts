/** Readings are compiled per type on first use; this keeps what was compiled. */
import { type Shape, shapeOf, type Type } from './vocabulary.ts'

/**
 * A function that gives the reading of a type, made once per type by `make`. Types may be recursive: `make` must not ask for the
 * readings of its children before it returns (see `later`).
 */
export function compiled<Reading>(make: (shape: Shape) => Reading): (type: Type<unknown>) => Reading {
  const made = new WeakMap<object, Reading>()
  return type => {
    let reading = made.get(type)
    if (reading === undefined) {
      const shape = shapeOf(type)
      reading = made.get(shape) ?? make(shape)
      made.set(shape, reading)
      made.set(type, reading)
    }
    return reading
  }
}

/** A value that is made when it is first asked for. */
export function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
