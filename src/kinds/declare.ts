/** What a kind is: a struct with metadata that is served as a resource. Each group's folder makes its own `kind` and `struct` here. */
import {
  type Draft,
  type Field,
  type Fields,
  field,
  type Path,
  type Stored,
  type StructClass,
  type StructOptions,
  structsOf,
} from '#schema/vocabulary.ts'
import { ListMeta } from './meta/list-meta.ts'
import { ObjectMeta } from './meta/object-meta.ts'

export type Cell = string | number | boolean | null
/** What a column shows of an object at a time, in milliseconds since the epoch (ages are told in words). */
export type CellOf<T> = (object: T, now: number) => Cell
/** A printed column. A function is a column that is always shown; `wide` ones appear with `-o wide` only. */
export type Column<T> = CellOf<T> | ColumnOptions<T>
export interface ColumnOptions<T> {
  readonly cell: CellOf<T>
  /** Shown with `-o wide` only (priority 1). */
  readonly wide?: true
  readonly type?: 'string' | 'integer' | 'boolean' | 'date' | 'number'
  readonly format?: string
  readonly doc?: string
}
export const wide = <T>(cell: CellOf<T>, type: 'string' | 'integer' = 'string'): ColumnOptions<T> => ({ cell, wide: true, type })

/** What a kind's strategy is told about the request. */
export interface Occasion {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly user: string
  /** What is known of the user beyond the name, for kinds that record who asked. */
  readonly identity?: {
    readonly uid?: string
    readonly groups: readonly string[]
    readonly extra: Readonly<Record<string, readonly string[]>>
  }
  /** '' for the object itself, else `status`, `scale`, … */
  readonly subresource: string
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

export interface KindOptions<F extends Fields, T = KindObject<F>> {
  /** Lower-case plural, as in paths. */
  readonly plural: string
  /** Default: the kind in lower case. */
  readonly singular?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
  readonly fields: F
  /** Fields that stand in the object but that only a subresource may write. */
  readonly subresources?: {
    readonly status?: true
    /** JSON paths of the scale subresource (autoscaling/v1 Scale). */
    readonly scale?: { readonly replicas: string; readonly actual: string; readonly selector: string }
  }
  /** Default: all eight. Reviews have `['create']`. */
  readonly verbs?: readonly Verb[]
  readonly columns?: Readonly<Record<string, Column<T>>>
  /** Fields whose change increments metadata.generation, as paths: `spec`, `metadata.annotations`. Absent: the kind has no generation. */
  readonly bumpsGeneration?: readonly string[]
  /** Fields that field selectors may name, beside metadata.name and metadata.namespace, and how to read them. */
  readonly selectable?: Readonly<Record<string, (object: T) => string>>
  /** How names are checked; default: a DNS subdomain (RFC 1123). */
  readonly nameCheck?: (name: string) => string | undefined
  readonly fill?: (draft: Draft<T>) => void
  readonly validate?: (object: T, at: Path, before?: T) => void
  /** Further checks of updates, for kinds where it depends on the subresource what may change. Runs after `validate`. */
  readonly validateUpdate?: (object: T, at: Path, update: { readonly before: T; readonly occasion: Occasion }) => void
  /** Changes a new object before it is validated: initial status and the like. */
  readonly onCreate?: (next: Draft<T>, occasion: Occasion) => void
  /** Changes an updated object before it is validated: what may not change is put back, what follows is derived. */
  readonly onUpdate?: (next: Draft<T>, before: T, occasion: Occasion) => void
  /** What everybody is told who asks for the kind: since when it is deprecated, and what has come in its place. */
  readonly deprecated?: string
  /** Advice that is returned as `Warning:` headers. */
  readonly warnings?: (next: T, before?: T) => readonly string[]
  /** Dependents stay when a deletion says nothing of them, as it was before there was a garbage collector. */
  readonly orphansByDefault?: true
  /** Whether deletion waits for someone else (pods with a node): seconds to wait, 0 deletes at once, undefined: not a graceful kind. */
  readonly gracePeriod?: (object: T, asked: number | undefined) => number
  /** A view on another version: how the stored kind's object is shown here and back. */
  readonly view?: {
    // `any`: a view may be on a kind of any type
    readonly of: () => KindClass<any>
    readonly show?: (stored: Draft<unknown>) => unknown
    readonly store?: (shown: Draft<unknown>) => unknown
  }
}
export type KindObject<F extends Fields> = { readonly apiVersion: string; readonly kind: string; readonly metadata: ObjectMeta } & Stored<F>

export interface KindClass<T, F extends Fields = Fields> extends StructClass<T, F> {
  readonly group: string
  readonly version: string
  /** `v1`, `apps/v1` */
  readonly apiVersion: string
  readonly options: KindOptions<F, T>
}

/** A group version: its name on the wire and in OpenAPI. `group` is '' for core. */
export interface GroupVersion {
  readonly group: string
  readonly version: string
  readonly package: string
}

/** The two words with which a group's files declare their types: `const { struct, kind } = groupVersion({…})`. */
export function groupVersion(gv: GroupVersion) {
  const struct = structsOf(gv.package)
  const apiVersion = gv.group ? `${gv.group}/${gv.version}` : gv.version
  const kind = <F extends Fields>(options: KindOptions<F>): KindClass<KindObject<F>, F> => {
    const fields = { metadata: METADATA, ...options.fields }
    const more = { fill: options.fill, validate: options.validate } as unknown as StructOptions<Stored<Fields>>
    const made = class extends struct(fields as Fields, more) {
      static group = gv.group
      static version = gv.version
      static apiVersion = apiVersion
      static options = options
    }
    return made as unknown as KindClass<KindObject<F>, F>
  }
  return { struct, kind, ...gv, apiVersion }
}
const METADATA: Field<ObjectMeta, true> = field(1, ObjectMeta, 'Name, labels and everything else that all objects have.', { written: true })

/** The fields of `<Kind>List`. */
export const listFields = (of: KindClass<never>) => ({
  metadata: field(1, ListMeta, 'Where the list stands in time.', { written: true }),
  items: { tag: 2, of },
})
