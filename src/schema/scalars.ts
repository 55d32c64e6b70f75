/** The scalar types of the API. Each brings its own answers, so that no reading branches on particular types. */
import {
  acceptAnything,
  acceptBool,
  acceptBytes,
  acceptDouble,
  acceptDuration,
  acceptInteger,
  acceptIntOrString,
  acceptMicroTime,
  acceptQuantity,
  acceptString,
  acceptTime,
} from './accept.ts'
import {
  boolWire,
  bytesWire,
  doubleWire,
  durationWire,
  int32Wire,
  int64Wire,
  intOrStringWire,
  jsonWire,
  microTimeWire,
  quantityWire,
  stringWire,
  timeWire,
  type WireCodec,
} from './wire.ts'

/** The run-time side of a scalar type. */
export interface Scalar {
  readonly form: 'scalar'
  /** The word used in type errors and tests: `string`, `int32`, `Quantity`. */
  readonly name: string
  /** Schema in OpenAPI v2 and v3 (v3-only differences are handled by the name). */
  readonly openapi: Readonly<Record<string, unknown>>
  /** What absence means when the field is written or dropped as zero; undefined where there is no such value. */
  readonly zero: unknown
  /**
   * Set for types that are structs in Go: their zero is not dropped from JSON, so that an absent field is a nil pointer. As with
   * structs, only `written`, `always` and `required` fields are there without having been given.
   */
  readonly keepsZero?: true
  /** The type's name in Go, as error messages show it; default: the name. */
  readonly goType?: string
  /** The value as stored; undefined when it stands for absence. Throws TypeMismatch (or Malformed) when the JSON value does not fit. */
  readonly accept: (value: unknown) => unknown
  /** How the type stands in a protobuf message; types without it cannot be sent that way. */
  readonly protobuf?: WireCodec
  /** Any value, whose objects have owners member by member in server-side apply; absent: one value, one owner. */
  readonly granular?: true
  /** The only values that validation lets pass, where the type is a closed enumeration. */
  readonly values?: readonly string[]
}

interface Declared<T> {
  readonly prototype: T
}
const scalar = <T>(shape: Omit<Scalar, 'form'>): Declared<T> => ({ form: 'scalar', ...shape }) as unknown as Declared<T>

export { TypeMismatch } from './accept.ts'

export const string = scalar<string>({
  name: 'string',
  goType: 'string',
  openapi: { type: 'string' },
  zero: '',
  accept: acceptString,
  protobuf: stringWire,
})
export const bool = scalar<boolean>({
  name: 'bool',
  goType: 'bool',
  openapi: { type: 'boolean' },
  zero: false,
  accept: acceptBool,
  protobuf: boolWire,
})
export const int32 = scalar<number>({
  name: 'int32',
  goType: 'int32',
  openapi: { type: 'integer', format: 'int32' },
  zero: 0,
  accept: acceptInteger(32),
  protobuf: int32Wire,
})
/** Integers beyond 2^53 lose precision in JavaScript; no API field needs them. */
export const int64 = scalar<number>({
  name: 'int64',
  goType: 'int64',
  openapi: { type: 'integer', format: 'int64' },
  zero: 0,
  accept: acceptInteger(64),
  protobuf: int64Wire,
})
export const double = scalar<number>({
  name: 'double',
  goType: 'float64',
  openapi: { type: 'number', format: 'double' },
  zero: 0,
  accept: acceptDouble,
  protobuf: doubleWire,
})
/** Bytes, base64 on the JSON wire and in memory. */
export const bytes = scalar<string>({
  name: 'bytes',
  goType: '[]uint8',
  openapi: { type: 'string', format: 'byte' },
  zero: '',
  accept: acceptBytes,
  protobuf: bytesWire,
})
const seconds: Omit<Scalar, 'form'> = {
  name: 'Time',
  goType: 'v1.Time',
  openapi: { type: 'string', format: 'date-time' },
  zero: undefined,
  keepsZero: true,
  accept: acceptTime,
  protobuf: timeWire,
}
const microseconds: Omit<Scalar, 'form'> = {
  ...seconds,
  name: 'MicroTime',
  goType: 'v1.MicroTime',
  accept: acceptMicroTime,
  protobuf: microTimeWire,
}
/** RFC 3339, UTC, whole seconds. */
export const time = scalar<string>(seconds)
/** RFC 3339, UTC, microseconds: `2006-01-02T15:04:05.000000Z`. */
export const microTime = scalar<string>(microseconds)
/** Times that are no pointers in Go: where a rule writes them, they are null until they are known. */
export const timeOrNull = scalar<string | null>({ ...seconds, zero: null })
export const microTimeOrNull = scalar<string | null>({ ...microseconds, zero: null })
/** A Go duration: `1h30m0s`. */
export const duration = scalar<string>({
  name: 'Duration',
  goType: 'v1.Duration',
  openapi: { type: 'string' },
  zero: '0s',
  keepsZero: true,
  accept: acceptDuration,
  protobuf: durationWire,
})
/** A decimal with an optional SI or binary suffix, kept in canonical form: `500m`, `64Mi`. */
export const quantity = scalar<string>({
  name: 'Quantity',
  goType: 'resource.Quantity',
  openapi: { type: 'string' },
  zero: '0',
  keepsZero: true,
  accept: acceptQuantity,
  protobuf: quantityWire,
})
/** A number, or a string such as a percentage or a port name. */
export const intOrString = scalar<number | string>({
  name: 'IntOrString',
  goType: 'intstr.IntOrString',
  openapi: { type: 'string', format: 'int-or-string' },
  zero: 0,
  keepsZero: true,
  accept: acceptIntOrString,
  protobuf: intOrStringWire,
})
/** Any object of any kind (runtime.RawExtension). */
export const rawExtension = scalar<object>({
  name: 'RawExtension',
  goType: 'runtime.RawExtension',
  openapi: { type: 'object' },
  zero: undefined,
  keepsZero: true,
  accept: acceptAnything,
  protobuf: jsonWire,
})
/** A set of field paths (KEP-555), as managedFields hold it. */
export const fieldsV1 = scalar<object>({
  name: 'FieldsV1',
  goType: 'v1.FieldsV1',
  openapi: { type: 'object' },
  zero: undefined,
  keepsZero: true,
  accept: acceptAnything,
  protobuf: jsonWire,
})
/** Any JSON value. */
export const json = scalar<unknown>({
  name: 'JSON',
  goType: 'v1.JSON',
  openapi: {},
  zero: undefined,
  keepsZero: true,
  accept: acceptAnything,
  protobuf: jsonWire,
})
/** What a custom resource preserves without declaring it: any value, its objects member by member. */
export const untyped = scalar<unknown>({
  name: 'Untyped',
  goType: 'interface {}',
  openapi: { 'x-kubernetes-preserve-unknown-fields': true },
  zero: undefined,
  keepsZero: true,
  granular: true,
  accept: acceptAnything,
})

/** A closed enumeration: any other value is refused as "Unsupported value". */
export const oneOf = <const V extends readonly string[]>(...values: V) =>
  scalar<V[number]>({
    name: 'string',
    openapi: { type: 'string', enum: values },
    zero: '',
    accept: acceptString,
    protobuf: stringWire,
    values,
  })
/** A string with names for its usual values; any other value is accepted too. */
export const known = <const V extends readonly string[]>(..._values: V) =>
  scalar<V[number] | (string & {})>({ name: 'string', openapi: { type: 'string' }, zero: '', accept: acceptString, protobuf: stringWire })
