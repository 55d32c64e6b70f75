/** The scalar types of the API. Each brings its own answers, so that no reading branches on particular types. */

/** The run-time side of a scalar type. */
export interface Scalar {
  readonly form: 'scalar'
  /** The word used in type errors and tests: `string`, `int32`, `Quantity`. */
  readonly name: string
  /** Schema in OpenAPI v2 and v3 (v3-only differences are handled by the name). */
  readonly openapi: Readonly<Record<string, unknown>>
  /** What absence means when the field is written or dropped as zero; undefined where there is no such value. */
  readonly zero: unknown
  /** The value as stored, or throws TypeMismatch when the JSON value is of another type. */
  readonly accept: (value: unknown) => unknown
  /** The only values that validation lets pass, where the type is a closed enumeration. */
  readonly values?: readonly string[]
}

/** A JSON value of the wrong type; `expected` is Go's word for what the field holds. */
export class TypeMismatch extends Error {
  readonly expected: string
  readonly actual: unknown
  constructor(expected: string, actual: unknown) {
    super(`cannot unmarshal ${kindOf(actual)} into Go value of type ${expected}`)
    this.expected = expected
    this.actual = actual
  }
}
const kindOf = (value: unknown) =>
  Array.isArray(value)
    ? 'array'
    : value !== null && typeof value === 'object'
      ? 'object'
      : value === null
        ? 'null'
        : typeof value === 'boolean'
          ? 'bool'
          : typeof value

interface Declared<T> {
  readonly prototype: T
}
const scalar = <T>(shape: Omit<Scalar, 'form'>): Declared<T> => ({ form: 'scalar', ...shape }) as unknown as Declared<T>

const acceptString = (value: unknown) => {
  if (typeof value !== 'string') throw new TypeMismatch('string', value)
  return value
}
const integer = (bits: 32 | 64) => (value: unknown) => {
  const limit = bits === 32 ? 2 ** 31 : 2 ** 63
  if (typeof value !== 'number' || !Number.isInteger(value) || value < -limit || value >= limit) throw new TypeMismatch(`int${bits}`, value)
  return value
}

export const string = scalar<string>({ name: 'string', openapi: { type: 'string' }, zero: '', accept: acceptString })
export const bool = scalar<boolean>({
  name: 'bool',
  openapi: { type: 'boolean' },
  zero: false,
  accept: value => {
    if (typeof value !== 'boolean') throw new TypeMismatch('bool', value)
    return value
  },
})
export const int32 = scalar<number>({ name: 'int32', openapi: { type: 'integer', format: 'int32' }, zero: 0, accept: integer(32) })
/** Integers beyond 2^53 lose precision in JavaScript; no API field needs them. */
export const int64 = scalar<number>({ name: 'int64', openapi: { type: 'integer', format: 'int64' }, zero: 0, accept: integer(64) })
export const double = scalar<number>({
  name: 'double',
  openapi: { type: 'number', format: 'double' },
  zero: 0,
  accept: value => {
    if (typeof value !== 'number') throw new TypeMismatch('float64', value)
    return value
  },
})
/** Bytes, base64 on the JSON wire and in memory. */
export const bytes = scalar<string>({ name: 'bytes', openapi: { type: 'string', format: 'byte' }, zero: '', accept: acceptString })
/** RFC 3339, UTC, whole seconds. */
export const time = scalar<string>({
  name: 'Time',
  openapi: { type: 'string', format: 'date-time' },
  zero: undefined,
  accept: acceptString,
})
/** RFC 3339, UTC, microseconds: `2006-01-02T15:04:05.000000Z`. */
export const microTime = scalar<string>({
  name: 'MicroTime',
  openapi: { type: 'string', format: 'date-time' },
  zero: undefined,
  accept: acceptString,
})
/** A Go duration: `1h30m`. */
export const duration = scalar<string>({ name: 'Duration', openapi: { type: 'string' }, zero: '0s', accept: acceptString })
/** A decimal with an optional SI or binary suffix, kept in canonical form: `500m`, `64Mi`. */
export const quantity = scalar<string>({ name: 'Quantity', openapi: { type: 'string' }, zero: '0', accept: acceptString })
/** A number, or a string such as a percentage or a port name. */
export const intOrString = scalar<number | string>({
  name: 'IntOrString',
  openapi: { type: 'string', format: 'int-or-string' },
  zero: 0,
  accept: value => (typeof value === 'number' ? integer(32)(value) : acceptString(value)),
})
const acceptAnything = (value: unknown) => value
/** Any object of any kind (runtime.RawExtension). */
export const rawExtension = scalar<object>({ name: 'RawExtension', openapi: { type: 'object' }, zero: undefined, accept: acceptAnything })
/** A set of field paths (KEP-555), as managedFields hold it. */
export const fieldsV1 = scalar<object>({ name: 'FieldsV1', openapi: { type: 'object' }, zero: undefined, accept: acceptAnything })
/** Any JSON value. */
export const json = scalar<unknown>({ name: 'JSON', openapi: {}, zero: undefined, accept: acceptAnything })

/** A closed enumeration: any other value is refused as "Unsupported value". */
export const oneOf = <const V extends readonly string[]>(...values: V) =>
  scalar<V[number]>({ name: 'string', openapi: { type: 'string', enum: values }, zero: '', accept: acceptString, values })
/** A string with names for its usual values; any other value is accepted too. */
export const known = <const V extends readonly string[]>(..._values: V) =>
  scalar<V[number] | (string & {})>({ name: 'string', openapi: { type: 'string' }, zero: '', accept: acceptString })
