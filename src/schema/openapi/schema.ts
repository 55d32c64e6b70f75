/** Schemas of declared types, in the dialects of OpenAPI v2 and v3, as upstream publishes them. */
import type { JsonObject } from '../json-value.ts'
import { presenceOf } from '../presence.ts'
import type { Scalar } from '../scalars.ts'
import { type Field, type ListShape, type Shape, type StructShape, shapeOf, type Type } from '../vocabulary.ts'

export type Dialect = 'v2' | 'v3'

const REF = { v2: '#/definitions/', v3: '#/components/schemas/' } as const
export const refTo = (dialect: Dialect, name: string): JsonObject => ({ $ref: REF[dialect] + name })

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
/** Scalars that are definitions of their own, by their names. */
const NAMED: Readonly<Record<string, string>> = {
  Quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  IntOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  RawExtension: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  Time: `${META}.Time`,
  MicroTime: `${META}.MicroTime`,
  Duration: `${META}.Duration`,
  FieldsV1: `${META}.FieldsV1`,
  JSON: `${EXTENSIONS}.JSON`,
  JSONSchemaPropsOrArray: `${EXTENSIONS}.JSONSchemaPropsOrArray`,
  JSONSchemaPropsOrBool: `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  JSONSchemaPropsOrStringArray: `${EXTENSIONS}.JSONSchemaPropsOrStringArray`,
}
/** In v3 some of them say in which forms they come. */
const ONE_OF: Readonly<Record<string, readonly string[]>> = { Quantity: ['string', 'number'], IntOrString: ['integer', 'string'] }
const DOCS: Readonly<Record<string, string>> = {
  Quantity: 'A decimal number with an optional suffix: m; k, M, G, T, P, E; Ki, Mi, Gi, Ti, Pi, Ei; or an exponent.',
  IntOrString: 'A number, or a string such as a percentage or the name of a port.',
  RawExtension: 'An object of any kind.',
  Time: 'A moment, RFC 3339, in whole seconds.',
  MicroTime: 'A moment, RFC 3339, in microseconds.',
  Duration: 'A span of time: 1h30m.',
  FieldsV1: 'A set of field paths: f:<name>, k:<keys>, v:<value>, i:<index>, and . for the field itself.',
  JSON: 'Any JSON value.',
}

export const definitionName = (struct: Pick<StructShape, 'name' | 'package'>): string => `${struct.package}.${struct.name}`

const scalarDefinition = (dialect: Dialect, { name, openapi }: Scalar): JsonObject => {
  const description = DOCS[name] ? { description: DOCS[name] } : {}
  const forms = dialect === 'v3' ? ONE_OF[name] : undefined
  const { type, $ref: _itself, ...rest } = openapi
  if (forms) return { ...description, ...rest, oneOf: forms.map(form => ({ type: form })) }
  return { ...description, ...(type !== undefined && { type }), ...rest }
}

/** The definitions that some types need, each once. */
export class Definitions {
  readonly dialect: Dialect
  readonly #found = new Map<string, JsonObject>()
  constructor(dialect: Dialect) {
    this.dialect = dialect
  }

  add(name: string, definition: JsonObject): void {
    this.#found.set(name, definition)
  }
  get(name: string): JsonObject | undefined {
    return this.#found.get(name)
  }
  /** By name, so that equal sources give equal bytes. */
  sorted(): JsonObject {
    return Object.fromEntries([...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** A reference to the definition of a struct, which is made if it is not there. */
  struct(type: Type<unknown>): JsonObject {
    const shape = shapeOf(type)
    if (shape.form !== 'struct') throw new Error(`only structs have definitions, not a ${shape.form}`)
    const name = definitionName(shape)
    if (!this.#found.has(name)) {
      this.#found.set(name, {})
      this.#found.set(name, this.#definition(shape))
    }
    return refTo(this.dialect, name)
  }

  #definition(shape: StructShape): JsonObject {
    const properties: JsonObject = 'apiVersion' in shape ? { ...TYPE_META } : {}
    const required: string[] = []
    for (const [name, field] of Object.entries<Field<unknown, boolean>>(shape.fields)) {
      properties[name] = this.#property(field)
      if (field.rules.always || field.rules.required) required.push(name)
    }
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(Object.keys(properties).length > 0 && { properties: sortedByKey(properties) }),
      ...(shape.more.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      ...unionsOf(shape),
    }
  }

  #property(field: Field<unknown, boolean>): JsonObject {
    const { doc, rules, type } = field
    const shape = shapeOf(type)
    const schema = this.#schema(type)
    const extensions: JsonObject = {
      ...(shape.form === 'struct' && rules.patchStrategy && { 'x-kubernetes-patch-strategy': rules.patchStrategy }),
      ...mapType(shape, rules.atomic),
    }
    return this.#described(schema, { description: doc, ...this.#default(field, shape), ...extensions })
  }

  /** v2 allows neighbours of $ref, v3 does not. */
  #described(schema: JsonObject, more: JsonObject): JsonObject {
    if (this.dialect === 'v2' || !('$ref' in schema)) return { ...schema, ...more }
    return Object.keys(more).length > 0 ? { ...more, allOf: [schema] } : schema
  }

  /** v3 tells the default, and for what Go always writes, the empty value. */
  #default(field: Field<unknown, boolean>, shape: Shape): JsonObject {
    if (this.dialect === 'v2') return {}
    if (field.rules.default !== undefined) return { default: field.rules.default }
    if (!presenceOf(field).isWritten) return {}
    if (shape.form === 'struct') return { default: {} }
    return shape.form === 'scalar' && !NAMED[shape.name] && shape.zero !== undefined ? { default: shape.zero } : {}
  }

  #schema(type: Type<unknown>): JsonObject {
    const shape = shapeOf(type)
    switch (shape.form) {
      case 'scalar':
        return this.#scalar(shape)
      case 'struct':
        return this.struct(type)
      case 'list':
        return { type: 'array', items: this.#element(shape.of), ...listExtensions(shape) }
      case 'map':
        return { type: 'object', additionalProperties: this.#element(shape.of) }
    }
  }

  #scalar(shape: Scalar): JsonObject {
    const name = NAMED[shape.name]
    if (name) {
      if (!this.#found.has(name)) this.#found.set(name, scalarDefinition(this.dialect, shape))
      return refTo(this.dialect, name)
    }
    const { enum: values, ...schema } = shape.openapi
    return this.dialect === 'v3' && values ? { ...schema, enum: values } : schema
  }

  /** What a list or map holds: in v3 with the default that Go's zero value is. */
  #element(type: Type<unknown>): JsonObject {
    const shape = shapeOf(type)
    const schema = this.#schema(type)
    if (this.dialect === 'v2') return schema
    if (shape.form === 'struct') return this.#described(schema, { default: {} })
    return shape.form === 'scalar' && !NAMED[shape.name] && shape.zero !== undefined ? { ...schema, default: shape.zero } : schema
  }
}

export const TYPE_META = {
  apiVersion: { type: 'string', description: 'The group and version in which the object is written: `v1`, `apps/v1`.' },
  kind: { type: 'string', description: 'The kind of the object, in CamelCase.' },
} as const

/** `x-kubernetes-map-type`, where the field has one of its own. */
function mapType(shape: Shape, atomic: boolean | undefined): JsonObject {
  if (shape.form === 'map') return shape.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}
  if (shape.form !== 'struct' || atomic === undefined || atomic === (shape.more.atomic ?? false)) return {}
  return { 'x-kubernetes-map-type': atomic ? 'atomic' : 'granular' }
}

function listExtensions({ merge }: ListShape): JsonObject {
  const { listType, keys, patchKey, patchStrategy } = merge
  return {
    ...(keys && { 'x-kubernetes-list-map-keys': keys }),
    ...(listType && { 'x-kubernetes-list-type': listType }),
    ...(patchKey && { 'x-kubernetes-patch-merge-key': patchKey }),
    ...(patchStrategy && { 'x-kubernetes-patch-strategy': patchStrategy }),
  }
}

function unionsOf({ more }: StructShape): JsonObject {
  const { union } = more
  if (!union) return {}
  const members = union.members.map(name => [name, name.charAt(0).toUpperCase() + name.slice(1)])
  const described = {
    ...(union.discriminator && { discriminator: union.discriminator }),
    'fields-to-discriminateBy': Object.fromEntries(members),
  }
  return { 'x-kubernetes-unions': [described] }
}

export const sortedByKey = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
