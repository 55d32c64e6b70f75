/** JSONSchemaProps: the schema of a custom resource. */
import { bool, double, int64, json, oneOf, string } from '#schema/scalars.ts'
import { field, lazy, list, map, type Type } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import type { JsonSchema } from './json-schema.ts'
import { jsonSchemaUnions } from './json-schema-union.ts'

export class ExternalDocumentation extends struct({
  description: field(1, string, 'What is to be found there.'),
  url: field(2, string, 'Where to read on.'),
}) {}

export class ValidationRule extends struct({
  rule: field(1, string, 'A CEL expression that must be true; `self` is the value.', { required: true }),
  message: field(2, string, 'What to say when it is not.'),
  messageExpression: field(3, string, 'A CEL expression that gives what to say.'),
  reason: field(
    4,
    oneOf('FieldValueRequired', 'FieldValueDuplicate', 'FieldValueInvalid', 'FieldValueForbidden'),
    'The reason that the failure carries.',
    { explicit: true },
  ),
  fieldPath: field(5, string, 'The field to blame, relative to the value.'),
  optionalOldSelf: field(6, bool, 'Whether the rule runs without an old value, too; `oldSelf` is then optional.', { explicit: true }),
}) {}

const schema: Type<JsonSchema> = lazy(() => JSONSchemaProps)
const { orArray, orBool, orStringArray } = jsonSchemaUnions(schema)

export class JSONSchemaProps extends struct({
  id: field(1, string, 'Identifier of the schema; not used.'),
  $schema: field(2, string, 'The dialect of the schema; not used.'),
  $ref: field(3, string, 'A reference to another schema; not allowed in custom resources.', { explicit: true }),
  description: field(4, string, 'What the value is about, in words.'),
  type: field(5, string, 'The JSON type: object, array, string, integer, number or boolean.'),
  format: field(6, string, 'The form of a string or number, for example date-time.'),
  title: field(7, string, 'A short name.'),
  default: field(8, json, 'The value that is filled in where there is none.'),
  maximum: field(9, double, 'The largest number allowed.', { explicit: true }),
  exclusiveMaximum: field(10, bool, 'Whether the maximum itself is refused.'),
  minimum: field(11, double, 'The smallest number allowed.', { explicit: true }),
  exclusiveMinimum: field(12, bool, 'Whether the minimum itself is refused.'),
  maxLength: field(13, int64, 'The longest string allowed, in characters.', { explicit: true }),
  minLength: field(14, int64, 'The shortest string allowed, in characters.', { explicit: true }),
  pattern: field(15, string, 'A regular expression that strings must match.'),
  maxItems: field(16, int64, 'The most items that a list may have.', { explicit: true }),
  minItems: field(17, int64, 'The fewest items that a list may have.', { explicit: true }),
  uniqueItems: field(18, bool, 'Whether items must differ; not allowed in custom resources.'),
  multipleOf: field(19, double, 'Numbers must be multiples of it.', { explicit: true }),
  enum: field(20, list(json, { listType: 'atomic' }), 'The only values allowed.'),
  maxProperties: field(21, int64, 'The most properties that an object may have.', { explicit: true }),
  minProperties: field(22, int64, 'The fewest properties that an object may have.', { explicit: true }),
  required: field(23, list(string, { listType: 'atomic' }), 'Properties that must be there.'),
  items: field(24, orArray, "The schema of a list's items."),
  allOf: field(25, list(schema, { listType: 'atomic' }), 'All of these schemas must hold.'),
  oneOf: field(26, list(schema, { listType: 'atomic' }), 'Exactly one of these schemas must hold.'),
  anyOf: field(27, list(schema, { listType: 'atomic' }), 'At least one of these schemas must hold.'),
  not: field(28, schema, 'This schema must not hold.'),
  properties: field(29, map(schema), "The schemas of an object's properties."),
  additionalProperties: field(30, orBool, 'The schema of properties that are not named, or whether they may be there.'),
  patternProperties: field(31, map(schema), 'Schemas by the form of the name; not allowed in custom resources.'),
  dependencies: field(32, map(orStringArray), 'What the presence of a property asks for; not allowed in custom resources.'),
  additionalItems: field(33, orBool, 'The schema of further items; not allowed in custom resources.'),
  definitions: field(34, map(schema), 'Schemas to refer to; not allowed in custom resources.'),
  externalDocs: field(35, ExternalDocumentation, 'Where to read on.'),
  example: field(36, json, 'A value as it may look.'),
  nullable: field(37, bool, 'Whether null is a value, too.'),
  'x-kubernetes-preserve-unknown-fields': field(38, bool, 'Whether fields that the schema does not name are kept.', { explicit: true }),
  'x-kubernetes-embedded-resource': field(39, bool, 'Whether the value is an object with apiVersion, kind and metadata.'),
  'x-kubernetes-int-or-string': field(40, bool, 'Whether the value is an integer or a string.'),
  'x-kubernetes-list-map-keys': field(41, list(string, { listType: 'atomic' }), 'The fields that identify an item of a list of type map.'),
  'x-kubernetes-list-type': field(42, string, 'How lists merge: atomic, set or map.', { explicit: true }),
  'x-kubernetes-map-type': field(43, string, 'How objects merge: granular or atomic.', { explicit: true }),
  'x-kubernetes-validations': field(
    44,
    list(ValidationRule, { listType: 'map', keys: ['rule'], patchKey: 'rule', patchStrategy: 'merge' }),
    'Rules in CEL.',
  ),
}) {}
