/** Publishing the structs and kinds of one group version again under the names of another one, without writing their fields twice. */
import {
  type Field,
  type Fields,
  lazy,
  list,
  map,
  type Stored,
  type StructClass,
  type StructOptions,
  type StructShape,
  shapeOf,
  structsOf,
  type Type,
} from '#schema/vocabulary.ts'
import type { GroupVersion, KindClass } from './declare.ts'

/**
 * The word with which a group version says that it has the types of another package, too: `class ServiceCIDR extends again(v1.ServiceCIDR) {}`.
 * Structs of that package are renamed throughout; those of other packages stay. A kind becomes a view on the kind that it repeats.
 * Options of structs that differ stand in `differing`, by the struct's name. Where fields of structs differ, declare them as usual, and those around them with `...fieldsAgain(v1.DeviceClaim)` and the fields that differ.
 */
export function republish(from: string, gv: GroupVersion, differing: Readonly<Record<string, StructOptions<never>>> = {}) {
  const struct = structsOf(gv.package)
  const done = new Map<StructShape, StructShape>()

  const typeAgain = (type: Type<unknown>): Type<unknown> => {
    const maybe = type as unknown as { form: string; type?: () => Type<unknown> }
    if (maybe.form === 'lazy') return lazy(() => typeAgain(shapeOf(type) as unknown as Type<unknown>))
    const shape = shapeOf(type)
    if (shape.form === 'list') return list(typeAgain(shape.of), shape.merge as never)
    if (shape.form === 'map') return map(typeAgain(shape.of), shape)
    if (shape.form === 'struct' && shape.package === from) return structAgain(shape) as unknown as Type<unknown>
    return type
  }
  const fieldsAgain = <F extends Fields>({ fields }: { readonly fields: F }): F =>
    Object.fromEntries(
      Object.entries<Field<unknown, boolean>>(fields).map(([name, field]) => [name, { ...field, type: typeAgain(field.type) }]),
    ) as F
  const structAgain = (shape: StructShape): StructShape => {
    const known = done.get(shape)
    if (known) return known
    const more = { ...shape.more, ...differing[shape.name] }
    const made = struct(fieldsAgain(shape), more as unknown as StructOptions<Stored<Fields>>)
    Object.defineProperty(made, 'name', { value: shape.name })
    done.set(shape, made)
    return made
  }
  const again = <C extends StructClass<unknown>>(original: C): C => {
    if (!('options' in original)) return structAgain(original) as unknown as C
    const { options } = original as unknown as KindClass<object>
    const made = class extends (structAgain(original) as unknown as { new (): object }) {
      static group = gv.group
      static version = gv.version
      static apiVersion = gv.group ? `${gv.group}/${gv.version}` : gv.version
      static options = { ...options, fields: fieldsAgain(options), view: { of: () => original } }
    }
    return made as unknown as C
  }
  return { again, fieldsAgain }
}
