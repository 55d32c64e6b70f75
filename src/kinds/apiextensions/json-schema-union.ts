/** The places in a JSON schema where a schema or something simpler may stand: one form or another in JSON, a message in protobuf. */
import { Malformed } from '#schema/accept.ts'
import { decodeInside } from '#schema/decode.ts'
import { wireAs } from '#schema/protobuf.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list, type Type } from '#schema/vocabulary.ts'
import type { WireCodec } from '#schema/wire.ts'
import { struct } from './group.ts'
import type { JsonSchema } from './json-schema.ts'

const PACKAGE = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
const union = <T>(name: string, accept: (value: unknown) => T, protobuf: WireCodec): Type<T> =>
  ({
    form: 'scalar',
    name,
    goType: `v1.${name}`,
    openapi: { $ref: `#/definitions/${PACKAGE}.${name}` },
    zero: undefined,
    keepsZero: true,
    accept,
    protobuf,
  }) as unknown as Type<T>

/** The three unions over one type of schema, which contains them in turn. */
export function jsonSchemaUnions(schema: Type<JsonSchema>) {
  class OrArray extends struct({ schema: field(1, schema, 'Schema.'), jSONSchemas: field(2, list(schema), 'Schemas.') }) {}
  class OrBool extends struct({ allows: field(1, bool, 'Whether anything is allowed.'), schema: field(2, schema, 'Schema.') }) {}
  class OrStrings extends struct({ schema: field(1, schema, 'Schema.'), property: field(2, list(string), 'Names.') }) {}
  return {
    /** One schema for all items, or one for each position. */
    orArray: union<JsonSchema | readonly JsonSchema[]>(
      'JSONSchemaPropsOrArray',
      value => (Array.isArray(value) ? decodeInside(list(schema), value) : decodeInside(schema, value)),
      wireAs<JsonSchema | readonly JsonSchema[], OrArray>(
        OrArray,
        value => (isList(value) ? { jSONSchemas: value } : { schema: value }),
        parts => parts.schema ?? parts.jSONSchemas,
      ),
    ),
    /** A schema, or whether anything is allowed at all. */
    orBool: union<JsonSchema | boolean>(
      'JSONSchemaPropsOrBool',
      value => (typeof value === 'boolean' ? value : decodeInside(schema, asSchema(value))),
      wireAs<JsonSchema | boolean, OrBool>(
        OrBool,
        value => (typeof value === 'boolean' ? { allows: value } : { allows: true, schema: value }),
        parts => parts.schema ?? parts.allows ?? false,
      ),
    ),
    /** A schema, or the names of other properties. */
    orStringArray: union<JsonSchema | readonly string[]>(
      'JSONSchemaPropsOrStringArray',
      value => (Array.isArray(value) ? decodeInside(list(string), value) : decodeInside(schema, value)),
      wireAs<JsonSchema | readonly string[], OrStrings>(
        OrStrings,
        value => (isList(value) ? { property: value } : { schema: value }),
        parts => parts.schema ?? parts.property ?? [],
      ),
    ),
  }
}
const isList = <T>(value: JsonSchema | readonly T[]): value is readonly T[] => Array.isArray(value)

function asSchema(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed('boolean or JSON schema expected')
  return value
}
