/** Rows for values that are kept once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alike } from './alike.ts'

const fields = () => ({ 'f:spec': { 'f:replicas': {} } })

test('equal values become one, frozen to its depths', () => {
  const one = alike(fields())
  assert.equal(alike(fields()), one)
  assert.deepEqual(one, fields())
  assert(Object.isFrozen(one['f:spec']))
  assert.notEqual(alike({ 'f:spec': {} }), one)
})
test('a stored value stays the one that it is', () => {
  const stored = Object.freeze(fields())
  assert.equal(alike(stored), stored)
})
