/** JSON schemas keep their forms in JSON and protobuf. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '#schema/decode.ts'
import { decodeProtobuf, encodeProtobuf } from '#schema/protobuf.ts'
import type { Stored } from '#schema/vocabulary.ts'
import { JSONSchemaProps } from './json-schema-props.ts'

const rows: readonly (readonly [rule: string, schema: Stored<typeof JSONSchemaProps.fields>])[] = [
  ['one schema for all items', { items: { type: 'string' } }],
  ['a schema for each position', { items: [{ type: 'string' }, { minimum: 0 }] }],
  ['anything goes', { additionalProperties: true }],
  ['nothing more goes', { additionalProperties: false }],
  ['a schema for the rest', { additionalProperties: { type: 'object', properties: { a: { type: 'integer' } } } }],
  ['names that depend', { dependencies: { a: ['b', 'c'] } }],
  ['schemas that depend', { dependencies: { a: { required: ['b'] } } }],
]
for (const [rule, schema] of rows) {
  test(rule, () => {
    const { value } = decode(JSONSchemaProps, schema, { strictness: 'Strict' })
    assert.deepEqual(value, schema)
    assert.deepEqual(decodeProtobuf(JSONSchemaProps, encodeProtobuf(JSONSchemaProps, value as JSONSchemaProps)), schema)
  })
}
test('schemas inside are decoded, too', () => {
  assert.deepEqual(decode(JSONSchemaProps, { items: { foo: 1, title: '', type: 'x' } }).value, { items: { type: 'x' } })
})
test('what is neither is refused', () => {
  assert.throws(() => decode(JSONSchemaProps, { additionalProperties: 5 }), { message: 'boolean or JSON schema expected' })
})
