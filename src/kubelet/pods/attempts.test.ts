/** Pauses between attempts grow, and begin anew after a success. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Attempts } from './attempts.ts'

test('each failure doubles the pause up to its limit, hurrying does not forgive, a success does', () => {
  const attempts = new Attempts({ firstMs: 500, maxMs: 3_000 })
  const pauses = [0, 1_000, 2_000, 3_000].map(now => {
    attempts.failed(now)
    return attempts.nextAt - now
  })
  assert.deepEqual(pauses, [500, 1_000, 2_000, 3_000])
  attempts.hurry()
  assert.equal(attempts.nextAt, 0)
  attempts.failed(9_000)
  assert.equal(attempts.nextAt, 12_000)
  attempts.succeeded()
  attempts.failed(20_000)
  assert.equal(attempts.nextAt, 20_500)
})
