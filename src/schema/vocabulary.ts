/** The vocabulary in which every API type is declared: scalars, lists, maps, structs, fields and kinds. */
import type { Scalar } from './scalars.ts'

/** Anything a field may hold. `prototype` carries the static type, so that a struct class is itself a Type. */
export interface Type<T> {
  readonly prototype: T
}
/** The TypeScript type that a declared type describes. */
export type Of<X> = X extends Type<infer T> ? T : never

/** What a declared type is at run time; every reading (decode, default, validate, openapi, …) walks this union. */
export type Shape = Scalar | ListShape | MapShape | StructShape

export interface ListShape {
  readonly form: 'list'
  readonly of: Type<unknown>
  readonly merge: ListMerge
}
export interface MapShape {
  readonly form: 'map'
  readonly of: Type<unknown>
  /** Atomic maps have one owner in server-side apply and are replaced whole. */
  readonly atomic: boolean
}
export interface StructShape {
  readonly form: 'struct'
  /** Set by the class statement: `class Probe extends struct({…})`. */
  readonly name: string
  /** The name in OpenAPI, without the struct's own: `io.k8s.api.core.v1`. */
  readonly package: string
  readonly fields: Fields
  readonly more: StructOptions<never>
  /** The type of fields that are not declared, where a custom resource preserves them; absent: there are no such fields. */
  readonly rest?: Type<unknown>
}

/** How lists merge, in server-side apply and in strategic merge patches. */
export interface ListMerge {
  /** KEP-555: whole, as a set of scalars, or by keys. Lists of which nothing is said are atomic. */
  readonly listType?: 'atomic' | 'set' | 'map'
  /** The fields that together identify an item of a list of type map. */
  readonly keys?: readonly string[]
  /** The one field that identifies an item in a strategic merge patch. Absent for merged lists of scalars. */
  readonly patchKey?: string
  /** merge, replace or `merge,retainKeys`; absent means replace. */
  readonly patchStrategy?: 'merge' | 'replace' | 'retainKeys' | 'merge,retainKeys'
  /**
   * Two items with the same keys (or, without keys, equal items) are refused as "Duplicate value". Not implied by listType: upstream
   * accepts repeated names in `env`, repeated container ports, and others more, although server-side apply cannot tell them apart.
   */
  readonly unique?: true
}

/** One breach of a rule, as it appears in Status.details.causes. */
export interface Problem {
  readonly field: string
  readonly reason: ProblemReason
  readonly message: string
}
export type ProblemReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'InternalError'

/** A test of one value: undefined when it passes, else what is wrong, in upstream's words. */
export type Check<T> = (value: T) => string | undefined

type Literal<T> = T extends readonly unknown[] ? T : T extends object ? Partial<T> : T

/**
 * What holds for a field beyond its type. Presence on the wire follows one of these:
 *
 * | rule | absent is written as zero | zero differs from absent | in OpenAPI's `required` | empty is refused |
 * |---|---|---|---|---|
 * | (none)   | no  | no: zero values are dropped; a struct is kept | no  | no  |
 * | explicit | no  | yes | no  | no  |
 * | written  | yes | no  | no  | no  |
 * | always   | yes | no  | yes | no  |
 * | required | yes | no  | yes | yes |
 *
 * Zero is '', 0, false, [] and {} for strings, numbers, booleans, lists and maps; a written struct is filled recursively;
 * a list that is always there is written as null when it is empty, as upstream writes it. Quantities, times, durations, IntOrString and raw
 * values are structs in Go and behave as such: without a rule, their zero is kept.
 * `explicit` together with `always` or `required` is a pointer that must be given: absence stays absence, and only it is refused.
 */
export interface Rules<T> {
  readonly explicit?: true
  readonly written?: true
  readonly always?: true
  readonly required?: true
  /** Filled in when absent. Objects are filled in recursively with the defaults of their own fields. */
  readonly default?: Literal<T>
  /** Refused when it differs from the stored value. */
  readonly immutable?: true
  readonly minimum?: number
  readonly maximum?: number
  readonly check?: Check<T> | readonly Check<T>[]
  /** The path of protobuf messages around this field, where Go embeds a struct and JSON does not show it. Set by `inline`. */
  readonly within?: readonly number[]
  /** Strategic merge of a struct field: `retainKeys` or `replace`. */
  readonly patchStrategy?: 'retainKeys' | 'replace'
  /** A struct that is one value in server-side apply (structType=atomic); false where the struct itself says atomic but this field does not. */
  readonly atomic?: boolean
}
export interface Field<T, Always extends boolean> {
  readonly tag: number
  readonly type: Type<T>
  readonly doc: string
  readonly rules: Rules<T>
  readonly always: Always
}
type AlwaysThere<T> = { required: true } | { always: true } | { written: true } | { default: Literal<T> }

/** A field with its protobuf tag, its type, one sentence about it, and its rules. */
export function field<T>(tag: number, type: Type<T>, doc: string): Field<T, false>
export function field<T>(tag: number, type: Type<T>, doc: string, rules: Rules<NoInfer<T>> & AlwaysThere<NoInfer<T>>): Field<T, true>
export function field<T>(tag: number, type: Type<T>, doc: string, rules: Rules<NoInfer<T>>): Field<T, false>
export function field<T>(tag: number, type: Type<T>, doc: string, rules: Rules<T> = {}): Field<T, boolean> {
  const always = rules.required ?? rules.always ?? rules.written ?? rules.default !== undefined
  return { tag, type, doc, rules, always }
}

// `any`: the static types of fields differ; only `any` lets each keep its own
export type Fields = Readonly<Record<string, Field<any, boolean>>>
type Always<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer _T, true> ? K : never }[keyof F]
type Value<X> = X extends Field<infer T, boolean> ? T : never
/** The object that a set of fields describes. */
export type Stored<F extends Fields> = { readonly [K in Always<F>]: Value<F[K]> } & {
  readonly [K in Exclude<keyof F, Always<F>>]?: Value<F[K]>
}
/** A mutable copy of an object under preparation: what defaults, admission and strategies may still change. */
export type Draft<T> = T extends string
  ? T
  : T extends readonly (infer I)[]
    ? Draft<I>[]
    : T extends object
      ? { -readonly [K in keyof T]: Draft<T[K]> }
      : T

/** Stands for the value of a problem where none is shown. */
export const OMITTED = Symbol('omitted')

/** Collects problems below a path: `at.key('spec').index(2).invalid(value, 'must be …')`. */
export interface Path {
  readonly text: string
  key(name: string): Path
  index(position: number): Path
  /** A map entry: `labels[app]`. */
  entry(key: string): Path
  invalid(value: unknown, message: string): void
  required(message?: string): void
  forbidden(message: string): void
  duplicate(value: unknown, message?: string): void
  unsupported(value: unknown, supported: readonly string[]): void
  notFound(value: unknown): void
  tooLong(maximumBytes: number): void
  tooMany(actual: number, maximum: number): void
}

export interface StructOptions<T> {
  /** A union as OpenAPI tells of it: which field says what is set, and which fields it chooses from (KEP-1027). Checks nothing. */
  readonly union?: { readonly discriminator?: keyof T & string; readonly members: readonly (keyof T & string)[] }
  /** One value in server-side apply wherever it stands, in lists too (structType=atomic on the type). */
  readonly atomic?: true
  /** Defaults that depend on other fields; runs after the fields' own. May change the draft. */
  readonly fill?: (draft: Draft<T>) => void
  /** Checks that need several fields, or the stored value; runs after the fields' own. `before` is given on updates. */
  readonly validate?: (value: T, at: Path, before?: T) => void
  /** A union: at most (or, when required, exactly) one of these fields is set. */
  readonly oneOf?: {
    readonly members: readonly (keyof T & string)[]
    readonly required?: boolean
    /** What a member is, for messages in the words of the core group: `volume type` gives "may not specify more than 1 volume type". */
    readonly noun?: string
  }
}
export interface StructClass<T, F extends Fields = Fields> extends StructShape {
  new (): T
  readonly prototype: T
  readonly fields: F
}

/** Makes the `struct` of one package. `io.k8s.api.core.v1` gives `class Probe extends struct({…})` the name `io.k8s.api.core.v1.Probe`. */
export const structsOf =
  (packageName: string) =>
  <F extends Fields>(fields: F, more: StructOptions<Stored<F>> = {}): StructClass<Stored<F>, F> =>
    class {
      static form = 'struct' as const
      static package = packageName
      static fields = fields
      static more = more
    } as unknown as StructClass<Stored<F>, F>

/** The fields of a struct that Go embeds: in JSON they stand beside the others, in protobuf in a message of their own. */
export function inline<F extends Fields>(tag: number, type: { readonly fields: F }): F {
  const nested = Object.entries<Field<unknown, boolean>>(type.fields).map(([name, f]) => [
    name,
    { ...f, rules: { ...f.rules, within: [tag, ...(f.rules.within ?? [])] } },
  ])
  return Object.fromEntries(nested) as F
}

/** A type that is named before it is declared: recursive structs. */
export const lazy = <T>(type: () => Type<T>): Type<T> => ({ form: 'lazy', type }) as unknown as Type<T>

/** The run-time shape of a declared type. */
export function shapeOf(type: Type<unknown>): Shape {
  const shape = type as unknown as Shape | { form: 'lazy'; type: () => Type<unknown> }
  return shape.form === 'lazy' ? shapeOf(shape.type()) : shape
}

export const list = <T>(of: Type<T>, merge: ListMerge & { readonly keys?: readonly (keyof T & string)[] } = {}): Type<readonly T[]> =>
  ({ form: 'list', of, merge }) as unknown as Type<readonly T[]>
export const map = <T>(of: Type<T>, more: { readonly atomic?: boolean } = {}): Type<Readonly<Record<string, T>>> =>
  ({ form: 'map', of, atomic: more.atomic ?? false }) as unknown as Type<Readonly<Record<string, T>>>
