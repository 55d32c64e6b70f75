/** Rows for items: bytes and value say the same, and nothing of them can be changed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AnyObject, asRead, frozen, MadeItem, stated, StoredItem } from './item.ts'

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
for (const [rule, value, expected] of rows)
  test(rule, () => {
    const item = stated('k', value)(7)
    assert.equal(Buffer.from(item.bytes).toString(), expected)
    // Whoever has the value from the writer sees what whoever reads the bytes sees.
    assert.equal(JSON.stringify(item.value), expected)
  })
test('a value as read: undefined members are gone, in lists they are null, and what stays as it is is shared', () => {
  const part = { c: [1, { d: 'e' }] }
  const read = asRead({ a: undefined, list: [undefined, { x: undefined }], part })
  assert.deepStrictEqual(read, { list: [null, {}], part: { c: [1, { d: 'e' }] } })
  assert.equal(read.part, part)
  assert(Object.isFrozen(part.c[1]) && Object.isFrozen(read))
})

test('a key named __proto__ is a key like any other', () => {
  const value = JSON.parse('{"apiVersion":"v1","kind":"X","metadata":{"annotations":{"__proto__":"a"}},"data":{"__proto__":"b"}}')
  const item = stated('k', value)(7)
  const text = Buffer.from(item.bytes).toString()
  assert.match(text, /"annotations":\{"__proto__":"a"\}/)
  assert.match(text, /"data":\{"__proto__":"b"\}/)
  assert.equal(JSON.stringify(item.value), text)
})
test('an item that has settled says the same in bytes that are made again', () => {
  const item = stated('k', object({ name: 'n', labels: { b: '1', 2: 'x' } }, { data: { k: '\ud800' } }))(7)
  const { bytes, value } = item
  item.settle()
  assert.notEqual(item.bytes, bytes)
  assert.deepEqual(item.bytes, bytes)
  assert.equal(item.bytes, item.bytes)
  assert.equal(item.value, value)
  assert.equal(item.size, bytes.length)
  const stored = new StoredItem('k', 7, bytes)
  stored.settle()
  assert.equal(stored.bytes, bytes)
})
test('the value of an item is frozen to its depths', () => {
  const stored = new StoredItem('k', 7, stated('k', object({ name: 'n', labels: { a: 'b' } }))(7).bytes)
  assert.throws(() => Object.assign(stored.value.metadata.labels as object, { a: 'c' }), TypeError)
  assert.equal(stored.value, stored.value)
  const made = new MadeItem('k', 7, object({ name: 'n' }))
  assert(Object.isFrozen(made.value.metadata))
  assert.deepEqual(JSON.parse(Buffer.from(made.bytes).toString()), made.value)
  assert.equal(frozen(5), 5)
})
