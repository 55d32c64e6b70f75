/** JSON: repeated fields, dangerous names, depth. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JSON_DEPTH_MAX, JsonError, parseJson } from './json.ts'

const rows: readonly (readonly [rule: string, text: string, duplicates: readonly string[]])[] = [
  ['nothing twice', '{"a":1,"b":{"a":1}}', []],
  ['at the root', '{"a":1,"a":2}', ['a']],
  ['each repetition', '{"a":1,"a":2,"a":3}', ['a', 'a']],
  ['inside', '{"spec":{"nodeName":"a","nodeName":"b"}}', ['spec.nodeName']],
  ['in lists', '{"a":[{},{"b":{"c":1,"c":2}}]}', ['a[1].b.c']],
  ['in lists of lists', '[[1,{"a":1,"a":1}]]', ['[0][1].a']],
  ['names are what they mean', '{"a":1,"\\u0061":2}', ['a']],
  ['quotes and colons inside text', '{"a":"\\":{\\"","b\\"":1,"c":"\\\\","c":":"}', ['c']],
  ['dangerous names', '{"__proto__":1,"__proto__":2}', ['__proto__']],
]
for (const [rule, text, duplicates] of rows) {
  test(rule, () => assert.deepEqual(parseJson(text), { value: JSON.parse(text), duplicates }))
}
test('names that are numbers', () => assert.deepEqual(parseJson('{"1":0,"0":0}').duplicates, []))
test('what is no JSON is refused', () => {
  for (const text of ['', '{', '{"a"}', '"', '[1,]', '{"a":1}}', 'nul']) assert.throws(() => parseJson(text), JsonError, text)
})
test('depth is bounded', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  assert.doesNotThrow(() => parseJson(nested(JSON_DEPTH_MAX)))
  assert.throws(() => parseJson(nested(JSON_DEPTH_MAX + 1)), new JsonError('exceeded max depth'))
  assert.throws(() => parseJson('{"a":'.repeat(1_000_000)), new JsonError('exceeded max depth'))
})
