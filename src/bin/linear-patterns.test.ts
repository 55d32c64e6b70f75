/** No pattern holds the process up. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchInLinearTime } from './linear-patterns.ts'

test('a pattern that would take as long as two to the power of the text', () => {
  matchInLinearTime()
  const pattern = new RegExp('^(a+)+$')
  // With the usual engine this ends after the sun has.
  assert.equal(pattern.test(`${'a'.repeat(80)}b`), false)
  assert.equal(pattern.test('a'.repeat(80)), true)
})
