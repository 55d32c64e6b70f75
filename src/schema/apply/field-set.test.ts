/** Field sets: their algebra, and FieldsV1 as it stands on the wire. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyElement, valueElement } from './element.ts'
import {
  difference,
  type FieldSet,
  fieldSet,
  fromFieldsV1,
  hasPath,
  intersection,
  isEmpty,
  pathTexts,
  toFieldsV1,
  union,
  without,
} from './field-set.ts'

const text = (set: FieldSet) => JSON.stringify(toFieldsV1(set))

test('prints and parses FieldsV1 in canonical order', () => {
  const set = fieldSet(
    ['f:spec', 'f:containers', keyElement({ name: 'web' })],
    ['f:spec', 'f:containers', keyElement({ name: 'web' }), 'f:image'],
    ['f:spec', 'f:ports', keyElement({ protocol: 'TCP', port: 80 })],
    ['f:spec', 'f:ports', keyElement({ protocol: 'TCP', port: 9 })],
    ['f:metadata', 'f:finalizers', valueElement('b')],
    ['f:metadata', 'f:finalizers', valueElement('a')],
    ['f:list', 'i:10'],
    ['f:list', 'i:9'],
  )
  const wire =
    '{"f:list":{"i:9":{},"i:10":{}},"f:metadata":{"f:finalizers":{"v:\\"a\\"":{},"v:\\"b\\"":{}}},' +
    '"f:spec":{"f:containers":{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{}}},' +
    '"f:ports":{"k:{\\"port\\":9,\\"protocol\\":\\"TCP\\"}":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{}}}}'
  assert.equal(text(set), wire)
  assert.equal(text(fromFieldsV1(JSON.parse(wire))), wire)
})

test('keys are the same whatever the order of their fields', () => {
  const set = fromFieldsV1({ 'f:ports': { 'k:{"protocol":"TCP","port":80}': {} } })
  assert(hasPath(set, ['f:ports', keyElement({ port: 80, protocol: 'TCP' })]))
})

const a = fieldSet('x', 'x.y', 'z.w')
const b = fieldSet('x', 'z')
const rows: readonly (readonly [rule: string, set: FieldSet, wire: string])[] = [
  ['union', union(a, b), '{"f:x":{".":{},"f:y":{}},"f:z":{".":{},"f:w":{}}}'],
  ['intersection has common members only', intersection(a, b), '{"f:x":{}}'],
  ['difference leaves children of what is taken', difference(a, b), '{"f:x":{"f:y":{}},"f:z":{"f:w":{}}}'],
  ['without takes children too', without(a, b), '{}'],
  ['unknown kinds of elements are dropped', fromFieldsV1({ 'q:x': {}, 'f:a': {} }), '{"f:a":{}}'],
  ['characters of HTML are escaped as Go does', fieldSet([valueElement('<&>')]), '{"v:\\"\\\\u003c\\\\u0026\\\\u003e\\"":{}}'],
]
for (const [rule, set, wire] of rows) test(rule, () => assert.equal(text(set), wire))

test('nothing is empty', () => {
  assert(isEmpty(fieldSet()))
  assert(isEmpty(difference(b, union(a, b))))
  assert.equal(text(fromFieldsV1({})), '{}')
})

test('paths are shown as messages show them', () => {
  const set = fieldSet(
    ['f:spec', 'f:c', keyElement({ name: 'a"b' }), 'f:image'],
    ['f:meta', valueElement('x')],
    ['f:spec'],
    ['f:list', 'i:0'],
  )
  assert.deepEqual(pathTexts(set), ['.spec', '.list[0]', '.meta[="x"]', '.spec.c[name="a\\"b"].image'])
})

for (const [fields, message] of [
  [{ spec: {} }, 'missing colon: spec'],
  [{ f: {} }, 'key must be 2 characters long:'],
  [{ 'i:x': {} }, 'strconv.Atoi: parsing "x": invalid syntax'],
  [{ 'f:x': 1 }, 'ReadMapCB: expect { or n, but found 1'],
] as const) {
  test(`refuses ${JSON.stringify(fields)}`, () => assert.throws(() => fromFieldsV1(fields), new SyntaxError(message)))
}
