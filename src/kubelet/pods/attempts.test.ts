/** Pauses between attempts grow, and begin anew after a success. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
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

test('what fails is told of and done again after its pause; what is broken off has not failed', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts({ firstMs: 500, maxMs: 3_000 })
  const stop = new AbortController()
  const told: unknown[] = []
  const making = { clock, signal: stop.signal, failed: (error: unknown) => void told.push(error) }
  const failing = attempts.make(() => Promise.reject(new Error('no')), making)
  await new Promise(setImmediate)
  assert.equal((clock.next ?? 0) - clock.now(), 500)
  clock.advance(clock.next as number)
  assert.equal(await failing, false)
  assert.equal(await attempts.make(async () => undefined, making), true)
  assert.equal(attempts.nextAt, 0)
  const broken = attempts.make(async () => {
    stop.abort()
    throw new Error('broken off')
  }, making)
  assert.equal(await broken, false)
  assert.deepEqual(told.map(String), ['Error: no'])
})
