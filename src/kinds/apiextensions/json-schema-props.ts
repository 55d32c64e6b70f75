/** JSONSchemaProps: ?file apiextensions/json-schema-props. */
import { bool, double, int64, json, oneOf, string } from '#schema/scalars.ts'
import { field, lazy, list, map, type Type } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import type { JsonSchema } from './json-schema.ts'
import { jsonSchemaPropsOrArray, jsonSchemaPropsOrBool, jsonSchemaPropsOrStringArray } from './json-schema-union.ts'

export class ExternalDocumentation extends struct({
  description: field(1, string, '?ExternalDocumentation.description'),
  url: field(2, string, '?ExternalDocumentation.url'),
}) {}

export class ValidationRule extends struct({
  rule: field(1, string, '?ValidationRule.rule', { required: true }),
  message: field(2, string, '?ValidationRule.message'),
  messageExpression: field(3, string, '?ValidationRule.messageExpression'),
  reason: field(
    4,
    oneOf('FieldValueRequired', 'FieldValueDuplicate', 'FieldValueInvalid', 'FieldValueForbidden'),
    '?ValidationRule.reason',
    { explicit: true },
  ),
  fieldPath: field(5, string, '?ValidationRule.fieldPath'),
  optionalOldSelf: field(6, bool, '?ValidationRule.optionalOldSelf', { explicit: true }),
}) {}

const schema: Type<JsonSchema> = lazy(() => JSONSchemaProps)

export class JSONSchemaProps extends struct({
  id: field(1, string, '?JSONSchemaProps.id'),
  $schema: field(2, string, '?JSONSchemaProps.$schema'),
  $ref: field(3, string, '?JSONSchemaProps.$ref', { explicit: true }),
  description: field(4, string, '?JSONSchemaProps.description'),
  type: field(5, string, '?JSONSchemaProps.type'),
  format: field(6, string, '?JSONSchemaProps.format'),
  title: field(7, string, '?JSONSchemaProps.title'),
  default: field(8, json, '?JSONSchemaProps.default'),
  maximum: field(9, double, '?JSONSchemaProps.maximum', { explicit: true }),
  exclusiveMaximum: field(10, bool, '?JSONSchemaProps.exclusiveMaximum'),
  minimum: field(11, double, '?JSONSchemaProps.minimum', { explicit: true }),
  exclusiveMinimum: field(12, bool, '?JSONSchemaProps.exclusiveMinimum'),
  maxLength: field(13, int64, '?JSONSchemaProps.maxLength', { explicit: true }),
  minLength: field(14, int64, '?JSONSchemaProps.minLength', { explicit: true }),
  pattern: field(15, string, '?JSONSchemaProps.pattern'),
  maxItems: field(16, int64, '?JSONSchemaProps.maxItems', { explicit: true }),
  minItems: field(17, int64, '?JSONSchemaProps.minItems', { explicit: true }),
  uniqueItems: field(18, bool, '?JSONSchemaProps.uniqueItems'),
  multipleOf: field(19, double, '?JSONSchemaProps.multipleOf', { explicit: true }),
  enum: field(20, list(json, { listType: 'atomic' }), '?JSONSchemaProps.enum'),
  maxProperties: field(21, int64, '?JSONSchemaProps.maxProperties', { explicit: true }),
  minProperties: field(22, int64, '?JSONSchemaProps.minProperties', { explicit: true }),
  required: field(23, list(string, { listType: 'atomic' }), '?JSONSchemaProps.required'),
  items: field(24, jsonSchemaPropsOrArray, '?JSONSchemaProps.items'),
  allOf: field(25, list(schema, { listType: 'atomic' }), '?JSONSchemaProps.allOf'),
  oneOf: field(26, list(schema, { listType: 'atomic' }), '?JSONSchemaProps.oneOf'),
  anyOf: field(27, list(schema, { listType: 'atomic' }), '?JSONSchemaProps.anyOf'),
  not: field(28, schema, '?JSONSchemaProps.not'),
  properties: field(29, map(schema), '?JSONSchemaProps.properties'),
  additionalProperties: field(30, jsonSchemaPropsOrBool, '?JSONSchemaProps.additionalProperties'),
  patternProperties: field(31, map(schema), '?JSONSchemaProps.patternProperties'),
  dependencies: field(32, map(jsonSchemaPropsOrStringArray), '?JSONSchemaProps.dependencies'),
  additionalItems: field(33, jsonSchemaPropsOrBool, '?JSONSchemaProps.additionalItems'),
  definitions: field(34, map(schema), '?JSONSchemaProps.definitions'),
  externalDocs: field(35, ExternalDocumentation, '?JSONSchemaProps.externalDocs'),
  example: field(36, json, '?JSONSchemaProps.example'),
  nullable: field(37, bool, '?JSONSchemaProps.nullable'),
  'x-kubernetes-preserve-unknown-fields': field(38, bool, '?JSONSchemaProps.x-kubernetes-preserve-unknown-fields', { explicit: true }),
  'x-kubernetes-embedded-resource': field(39, bool, '?JSONSchemaProps.x-kubernetes-embedded-resource'),
  'x-kubernetes-int-or-string': field(40, bool, '?JSONSchemaProps.x-kubernetes-int-or-string'),
  'x-kubernetes-list-map-keys': field(41, list(string, { listType: 'atomic' }), '?JSONSchemaProps.x-kubernetes-list-map-keys'),
  'x-kubernetes-list-type': field(42, string, '?JSONSchemaProps.x-kubernetes-list-type', { explicit: true }),
  'x-kubernetes-map-type': field(43, string, '?JSONSchemaProps.x-kubernetes-map-type', { explicit: true }),
  'x-kubernetes-validations': field(
    44,
    list(ValidationRule, { listType: 'map', keys: ['rule'], patchKey: 'rule', patchStrategy: 'merge' }),
    '?JSONSchemaProps.x-kubernetes-validations',
  ),
}) {}
