/** Schemas of custom resources as they are published: with what all objects have, and in v2 without what kubectl cannot read there. */
import { isObject, type JsonObject } from '../json-value.ts'
import { type Dialect, TYPE_META } from './schema.ts'

const PRESERVES = 'x-kubernetes-preserve-unknown-fields'
const EMBEDS = 'x-kubernetes-embedded-resource'
/** v2 knows no alternatives. */
const JUNCTORS: readonly string[] = ['allOf', 'anyOf', 'oneOf', 'not', 'nullable']

/**
 * The definition of a custom resource. One without a schema, or in v2 one that keeps unknown fields, is an object of which nothing is
 * said: kubectl would otherwise take what is said for all that is allowed.
 */
export function customDefinition(dialect: Dialect, schema: JsonObject | undefined, objectMeta: JsonObject): JsonObject {
  if (!schema || (dialect === 'v2' && schema[PRESERVES] === true)) return { type: 'object' }
  const published = embedding(dialect, dialect === 'v2' ? forV2(schema) : schema, objectMeta)
  return { ...published, properties: withHeader(dialect, published.properties, objectMeta) }
}

function withHeader(dialect: Dialect, properties: unknown, objectMeta: JsonObject): JsonObject {
  const description = 'What all objects have.'
  const metadata = dialect === 'v3' ? { description, allOf: [objectMeta] } : { description, ...objectMeta }
  return { ...(isObject(properties) ? properties : {}), ...TYPE_META, metadata }
}

/** Applies `change` to a schema and all below it, the innermost first. */
function everywhere(schema: JsonObject, change: (schema: JsonObject) => JsonObject): JsonObject {
  const below = (value: unknown) => (isObject(value) ? everywhere(value, change) : value)
  const { properties, items, additionalProperties } = schema
  return change({
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, below(value)])),
    }),
    ...(isObject(items) && { items: below(items) }),
    ...(isObject(additionalProperties) && { additionalProperties: below(additionalProperties) }),
  })
}

const isNullable = (schema: unknown) => isObject(schema) && schema.nullable === true

/** Untyped values are the only ones that kubectl's v2 validation lets be anything; it wants no items or properties with them. */
function forV2(schema: JsonObject): JsonObject {
  const withoutNullable = (one: JsonObject): JsonObject => {
    const { properties, required, additionalProperties } = one
    if (isNullable(additionalProperties)) return { ...one, required: undefined }
    if (!isObject(properties) || !Array.isArray(required)) return one
    return { ...one, required: required.filter(name => !isNullable(properties[name as string])) }
  }
  const simplified = (one: JsonObject): JsonObject => {
    const result = { ...one }
    for (const name of JUNCTORS) delete result[name]
    const isOpen = one.nullable === true || one[PRESERVES] === true
    if (isOpen) {
      delete result.items
      delete result.properties
    }
    const isUntyped =
      one.nullable === true || (result.type === 'array' && !result.items) || (one[PRESERVES] === true && result.type === 'object')
    if (isUntyped) delete result.type
    return result
  }
  const { required, ...rest } = everywhere(everywhere(schema, withoutNullable), simplified)
  return Array.isArray(required) && required.length > 0 ? { ...rest, required } : rest
}

function embedding(dialect: Dialect, schema: JsonObject, objectMeta: JsonObject): JsonObject {
  return everywhere(schema, one =>
    one[EMBEDS] === true && !(dialect === 'v2' && one[PRESERVES] === true)
      ? { ...one, properties: withHeader(dialect, one.properties, objectMeta) }
      : one,
  )
}
