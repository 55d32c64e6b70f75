/** The places in a JSON schema where a schema or something simpler may stand. */
import type { Type } from '#schema/vocabulary.ts'
import type { JsonSchema } from './json-schema.ts'

const PACKAGE = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
const union = <T>(name: string): Type<T> =>
  ({
    form: 'scalar',
    name,
    openapi: { $ref: `#/definitions/${PACKAGE}.${name}` },
    zero: undefined,
    accept: (value: unknown) => value,
  }) as unknown as Type<T>

/** One schema for all items, or one for each position. */
export const jsonSchemaPropsOrArray = union<JsonSchema | readonly JsonSchema[]>('JSONSchemaPropsOrArray')
/** A schema, or whether anything is allowed at all. */
export const jsonSchemaPropsOrBool = union<JsonSchema | boolean>('JSONSchemaPropsOrBool')
/** A schema, or the names of other properties. */
export const jsonSchemaPropsOrStringArray = union<JsonSchema | readonly string[]>('JSONSchemaPropsOrStringArray')
