/** Guesses where an unknown field belongs that other structs nearby do know: wrong indentation deserves an answer that helps. */
import { type Shape, type StructShape, shapeOf, type Type } from './vocabulary.ts'

/** Field names, positions in lists, and keys of maps behind a NUL. */
type Trail = readonly (string | number)[]

/**
 * The path at which a field of that name is declared: on the way up from where it stands, one level below it, or one level below the
 * way up (`metadata.labels` for `labels`). `beside`: the names that stand next to it; of several places one of these is preferred.
 * Undefined when there is no such place.
 */
export function belongsAt(
  name: string,
  { root, trail, beside }: { readonly root: Type<unknown>; readonly trail: Trail; readonly beside: readonly string[] },
): readonly (string | number)[] | undefined {
  const way = structsOn(root, trail).toReversed()
  const [here, ...above] = way
  if (!here) return undefined
  const higher = above.find(({ struct }) => Object.hasOwn(struct.fields, name))
  if (higher) return [...higher.path, name]
  return below(here, name, beside) ?? above.map(place => below(place, name, [])).find(found => found !== undefined)
}

interface Place {
  readonly path: Trail
  readonly struct: StructShape
}
/** All structs from the root to the end of the trail. */
function structsOn(root: Type<unknown>, trail: Trail): readonly Place[] {
  const found: Place[] = []
  let shape: Shape | undefined = shapeOf(root)
  for (let at = 0; shape; at++) {
    if (shape.form === 'struct') found.push({ path: trail.slice(0, at), struct: shape })
    const part = trail[at]
    if (part === undefined) break
    const inner: Type<unknown> | undefined =
      shape.form === 'struct' ? shape.fields[part]?.type : shape.form === 'scalar' ? undefined : shape.of
    shape = inner && shapeOf(inner)
  }
  return found
}

function below({ path, struct }: Place, name: string, beside: readonly string[]): readonly (string | number)[] | undefined {
  const found = Object.entries(struct.fields).flatMap(([field, { type }]) => {
    const shape = shapeOf(type)
    const inner = shape.form === 'list' ? shapeOf(shape.of) : shape
    if (inner.form !== 'struct' || !Object.hasOwn(inner.fields, name)) return []
    return [{ field, path: [...path, field, ...(shape.form === 'list' ? [ANY] : []), name] }]
  })
  return (found.find(({ field }) => beside.includes(field)) ?? found[0])?.path
}
/** Stands for any position in a list. */
export const ANY = -1
