/** Which warnings are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundedWarnings, ITEM_MAX, TOTAL_MAX } from './warnings.ts'

const of = (count: number, length: number) => Array.from({ length: count }, () => 'x'.repeat(length))
for (const [rule, given, expected] of [
  ['none are none', [], []],
  ['few are told as they are', of(2, 1_000), of(2, 1_000)],
  ['one may be long', of(1, TOTAL_MAX), of(1, TOTAL_MAX)],
  ['beyond the total each is cut', of(5, 1_000), of(5, ITEM_MAX)],
  ['beyond the total there are no more', of(1_000, 64), of(TOTAL_MAX / 64, 64)],
] as const)
  test(`warnings: ${rule}`, () => assert.deepEqual(boundedWarnings(given), expected))
