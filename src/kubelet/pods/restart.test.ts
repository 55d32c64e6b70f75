/** Pauses after crashes grow, are capped, and are forgiven. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOfPause, longer, type Pause } from './restart.ts'

test('each crash doubles the pause, up to five minutes', () => {
  const pauses: number[] = []
  let pause: Pause | undefined
  for (let now = 0; pauses.length < 7; now += 300_000) {
    pause = longer(pause, { since: now, now })
    pauses.push(pause.ms / 1000)
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 300, 300])
})
test('ten minutes without a crash forgive', () => {
  const pause = { ms: 300_000, at: 0 }
  assert.equal(longer(pause, { since: 600_001, now: 600_001 }).ms, 10_000)
  assert.equal(endOfPause(pause, 600_001), undefined)
  assert.equal(endOfPause(pause, 600_000), 900_000)
})
test('a container that never crashed is not held', () => assert.equal(endOfPause(undefined, 5), undefined))
