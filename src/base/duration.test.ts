/** Durations in Go's text form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDuration, parseDuration } from './duration.ts'

const rows: readonly (readonly [text: string, nanoseconds: bigint, canonical: string])[] = [
  ['0', 0n, '0s'],
  ['1h30m', 5_400_000_000_000n, '1h30m0s'],
  ['-1.5s', -1_500_000_000n, '-1.5s'],
  ['.5s', 500_000_000n, '500ms'],
  ['1us', 1_000n, '1µs'],
  ['1500ns', 1_500n, '1.5µs'],
  ['1ms', 1_000_000n, '1ms'],
  ['2562047h47m16.854775807s', 2n ** 63n - 1n, '2562047h47m16.854775807s'],
  ['59m59.999s', 3_599_999_000_000n, '59m59.999s'],
]
for (const [text, nanoseconds, canonical] of rows) {
  test(`${text} is ${canonical}`, () => {
    assert.equal(parseDuration(text), nanoseconds)
    assert.equal(formatDuration(nanoseconds), canonical)
  })
}
const refused: readonly (readonly [text: string, message: string])[] = [
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['5', 'time: missing unit in duration "5"'],
  ['5d', 'time: unknown unit "d" in duration "5d"'],
  ['s', 'time: invalid duration "s"'],
  ['2562048h', 'time: invalid duration "2562048h"'],
  ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
]
for (const [text, message] of refused) test(`'${text}' is no duration`, () => assert.throws(() => parseDuration(text), { message }))
