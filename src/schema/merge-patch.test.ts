/** JSON merge patch: the examples of RFC 7386, appendix A, as far as the API server accepts them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergePatch } from './merge-patch.ts'
import { PatchFailure } from './patch-failure.ts'

const rows: readonly (readonly [current: string, patch: string, result: string])[] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ['{}', '{"__proto__":{"a":1},"b":2}', '{"__proto__":{"a":1},"b":2}'],
]
for (const [current, patch, result] of rows) {
  test(`${current} merged with ${patch}`, () => {
    const before = JSON.parse(current)
    assert.equal(JSON.stringify(mergePatch(before, JSON.parse(patch))), result)
    assert.equal(JSON.stringify(before), current)
  })
}
for (const patch of [null, 1, 'text', true]) {
  test(`refuses ${JSON.stringify(patch)}`, () => {
    assert.throws(() => mergePatch({}, patch), new PatchFailure(400, 'Invalid JSON Patch'))
  })
}
