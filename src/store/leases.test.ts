/** When leases end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, VirtualClock } from '#base/clock.ts'
import { Leases } from './leases.ts'

test('a lease that is longer than the longest timer ends in its time', () => {
  const virtual = new VirtualClock(0)
  const short: Clock = { now: () => virtual.now(), after: (ms, callback) => virtual.after(Math.min(ms, 1_000), callback) }
  const ended: number[] = []
  using leases = new Leases(short, async (_, dueAtMs) => void ended.push(dueAtMs))
  leases.follow([[1, { ttlSeconds: 10, endsAtMs: 10_000 }]])
  virtual.advance(9_999)
  assert.deepEqual(ended, [])
  virtual.advance(20_000)
  assert.deepEqual(ended, [10_000])
})

test('a lease that was over when the store was opened ends at once', () => {
  const clock = new VirtualClock(0)
  const ended: number[] = []
  using leases = new Leases(clock, async id => void ended.push(id))
  leases.follow([[1, { ttlSeconds: 10, endsAtMs: -5 }]])
  clock.advance(0)
  assert.deepEqual(ended, [1])
})
