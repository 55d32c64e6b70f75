/** Whether the schema of a custom resource is structural: every field has one type, and validation stands apart. KEP-1002; upstream: apiextensions-apiserver, pkg/apiserver/schema. */
import type { Path } from '#schema/vocabulary.ts'
import type { JsonSchema } from './json-schema.ts'

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const LIST_TYPES: readonly string[] = ['atomic', 'map', 'set']
const MAP_TYPES: readonly string[] = ['atomic', 'granular']

/** Where in the schema we are: what an empty type is called there. */
type Place = 'at the root' | 'for specified object fields' | 'for specified array items'

export function checkSchema(schema: JsonSchema, at: Path): void {
  if (schema.type && schema.type !== 'object') at.key('type').invalid(schema.type, 'must be object at the root')
  checkStructure(schema, at, 'at the root')
}

function checkStructure(schema: JsonSchema, at: Path, place: Place): void {
  checkType(schema, at, place)
  checkUnsupported(schema, at)
  checkLists(schema, at)
  if (schema.properties && isGiven(schema.additionalProperties))
    at.key('additionalProperties').forbidden('additionalProperties and properties are mutual exclusive')
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    checkStructure(property, at.key('properties').entry(name), 'for specified object fields')
  if (typeof schema.additionalProperties === 'object')
    checkStructure(schema.additionalProperties, at.key('additionalProperties'), 'for specified object fields')
  if (schema.items && isSchema(schema.items)) checkStructure(schema.items, at.key('items'), 'for specified array items')
  if (schema.not) checkValidationOnly(schema.not, at.key('not'))
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [i, part] of (schema[name] ?? []).entries()) checkValidationOnly(part, at.key(name).index(i), schema)
}
const isGiven = (value: JsonSchema | boolean | undefined) => value !== undefined && value !== false
const isSchema = (value: JsonSchema | readonly JsonSchema[]): value is JsonSchema => !Array.isArray(value)

function checkType(schema: JsonSchema, at: Path, place: Place): void {
  const { type = '' } = schema
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true
  if (isIntOrString && type) at.key('type').invalid(type, 'must be empty if x-kubernetes-int-or-string is true')
  else if (type && !TYPES.includes(type)) at.key('type').unsupported(type, TYPES)
  else if (!type && !isIntOrString && !(schema['x-kubernetes-preserve-unknown-fields'] && place !== 'at the root'))
    at.key('type').required(`must not be empty ${place}`)
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    at.key('x-kubernetes-preserve-unknown-fields').invalid(false, 'must be true or undefined')
  if (schema['x-kubernetes-embedded-resource']) {
    if (type !== 'object') at.key('type').invalid(type, 'must be object if x-kubernetes-embedded-resource is true')
    if (!schema.properties && !schema['x-kubernetes-preserve-unknown-fields'])
      at.key('properties').required(
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      )
  }
  if (schema.pattern !== undefined && !isPattern(schema.pattern))
    at.key('pattern').invalid(schema.pattern, 'must be a valid regular expression')
}
function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'))
  } catch (error) {
    // Go's dialect allows escapes that the strict one of JavaScript does not.
    if (!(error instanceof SyntaxError)) throw error
    return isLoosePattern(text)
  }
}
function isLoosePattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text.replace(/^\(\?[imsU]+\)/, '')))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return false
  }
}

function checkUnsupported(schema: JsonSchema, at: Path): void {
  for (const name of ['$ref', 'definitions', 'dependencies', 'id', '$schema', 'patternProperties', 'additionalItems'] as const)
    if (schema[name] !== undefined && schema[name] !== '') at.key(name).forbidden(`${name} is not supported`)
  if (schema.uniqueItems)
    at.key('uniqueItems').forbidden('uniqueItems cannot be set to true since the runtime complexity becomes quadratic')
  if (schema.additionalProperties === false) at.key('additionalProperties').forbidden('additionalProperties cannot be set to false')
  if (Array.isArray(schema.items)) at.key('items').forbidden('items must be a schema object and not an array')
}

function checkLists(schema: JsonSchema, at: Path): void {
  const listType = schema['x-kubernetes-list-type']
  const mapType = schema['x-kubernetes-map-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const items = schema.items && isSchema(schema.items) ? schema.items : undefined
  if (schema.type === 'array' && !schema.items) at.key('items').required('must be specified')
  if (listType !== undefined && schema.type !== 'array')
    at.key('type').invalid(schema.type ?? '', 'must be array if x-kubernetes-list-type is specified')
  if (listType !== undefined && !LIST_TYPES.includes(listType)) at.key('x-kubernetes-list-type').unsupported(listType, LIST_TYPES)
  if (mapType !== undefined && !MAP_TYPES.includes(mapType)) at.key('x-kubernetes-map-type').unsupported(mapType, MAP_TYPES)
  if (mapType !== undefined && schema.type !== 'object')
    at.key('type').invalid(schema.type ?? '', 'must be object if x-kubernetes-map-type is specified')
  if (keys.length && listType !== 'map')
    at.key('x-kubernetes-list-type').invalid(listType ?? '', 'must be map if x-kubernetes-list-map-keys is non-empty')
  if (listType !== 'map') return
  if (!keys.length) at.key('x-kubernetes-list-map-keys').required('must not be empty if x-kubernetes-list-type is map')
  if (items && items.type !== 'object')
    at.key('items')
      .key('type')
      .invalid(items.type ?? '', `must be object if parent array's x-kubernetes-list-type is map`)
  for (const key of keys) {
    if (items && !items.properties?.[key]) at.key('x-kubernetes-list-map-keys').invalid(key, 'entries must all be names of item properties')
    else if (items && !items.required?.includes(key) && items.properties?.[key]?.default === undefined)
      at.key('items')
        .key('properties')
        .entry(key)
        .key('default')
        .required('this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property')
  }
}

const INT_OR_STRING = '[{"type":"integer"},{"type":"string"}]'
/** Inside logical junctors nothing may be declared, only checked. */
function checkValidationOnly(schema: JsonSchema, at: Path, parent?: JsonSchema): void {
  const isIntOrString = parent?.['x-kubernetes-int-or-string'] && JSON.stringify(parent.anyOf) === INT_OR_STRING
  if (schema.type && !isIntOrString) at.key('type').forbidden('must be empty to be structural')
  for (const name of ['description', 'title'] as const) if (schema[name]) at.key(name).forbidden('must be empty to be structural')
  for (const name of ['default', 'additionalProperties'] as const)
    if (schema[name] !== undefined) at.key(name).forbidden('must be undefined to be structural')
  for (const name of ['nullable', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string'] as const)
    if (schema[name]) at.key(name).forbidden('must be false to be structural')
  for (const [name, property] of Object.entries(schema.properties ?? {})) checkValidationOnly(property, at.key('properties').entry(name))
  if (schema.items && isSchema(schema.items)) checkValidationOnly(schema.items, at.key('items'))
  if (schema.not) checkValidationOnly(schema.not, at.key('not'))
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [i, part] of (schema[name] ?? []).entries()) checkValidationOnly(part, at.key(name).index(i))
}
