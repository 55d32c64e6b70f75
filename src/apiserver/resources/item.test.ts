/** Rows for items: bytes and value say the same, and nothing of them can be changed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnyObject, encoded, frozen, MadeItem, StoredItem } from './item.ts'

const object = (metadata: object, more: object = {}): AnyObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...more }) as AnyObject
const rows: readonly [string, AnyObject, string][] = [
  ['empty metadata', object({}), '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"7"}}'],
  [
    'the resourceVersion follows the uid',
    object({ uid: 'u', labels: { a: 'b' }, name: 'n' }, { data: { k: 'v' } }),
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","uid":"u","resourceVersion":"7","labels":{"a":"b"}},"data":{"k":"v"}}',
  ],
  [
    'an old resourceVersion gives way, undefined members vanish',
    object({ name: 'n', resourceVersion: '3', labels: undefined }, { data: undefined }),
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","resourceVersion":"7"}}',
  ],
]
for (const [rule, value, expected] of rows) test(rule, () => assert.equal(Buffer.from(encoded(value)('7')).toString(), expected))

test('a key named __proto__ is a key like any other', () => {
  const value = JSON.parse('{"apiVersion":"v1","kind":"X","metadata":{"annotations":{"__proto__":"a"}},"data":{"__proto__":"b"}}')
  const text = Buffer.from(encoded(value)('7')).toString()
  assert.match(text, /"annotations":\{"__proto__":"a"\}/)
  assert.match(text, /"data":\{"__proto__":"b"\}/)
})
test('the value of an item is frozen to its depths', () => {
  const stored = new StoredItem('k', 7, encoded(object({ name: 'n', labels: { a: 'b' } }))('7'))
  assert.throws(() => Object.assign(stored.value.metadata.labels as object, { a: 'c' }), TypeError)
  assert.equal(stored.value, stored.value)
  const made = new MadeItem('k', 7, object({ name: 'n' }))
  assert(Object.isFrozen(made.value.metadata))
  assert.deepEqual(JSON.parse(Buffer.from(made.bytes).toString()), made.value)
  assert.equal(frozen(5), 5)
})
