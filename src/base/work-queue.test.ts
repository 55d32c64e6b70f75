/** Rules of the work queue. */
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { VirtualClock } from './clock.ts'
import { WorkQueue } from './work-queue.ts'

const settle = async () => {
  for (let i = 0; i < 5; i++) await turn()
}

test('a key that is added several times before its turn is worked on once', async () => {
  const seen: string[] = []
  await using queue = new WorkQueue({ clock: new VirtualClock(), work: async key => void seen.push(key), failed: assert.fail })
  queue.add('a')
  queue.add('a')
  queue.add('b')
  await settle()
  assert.deepEqual(seen, ['a', 'b'])
})

test('a key that is added while it is worked on is worked on again, never twice at once', async () => {
  let active = 0
  let runs = 0
  const gates: (() => void)[] = []
  await using queue = new WorkQueue({
    clock: new VirtualClock(),
    concurrency: 4,
    failed: assert.fail,
    work: async () => {
      assert.equal(++active, 1)
      runs++
      await new Promise<void>(open => gates.push(open))
      active--
    },
  })
  queue.add('a')
  await settle()
  queue.add('a')
  await settle()
  assert.equal(runs, 1)
  gates.shift()?.()
  await settle()
  assert.equal(runs, 2)
  gates.shift()?.()
})

test('a failure comes back after a growing delay, and success forgets it', async () => {
  const clock = new VirtualClock()
  const delays: number[] = []
  let fail = true
  await using queue = new WorkQueue({
    clock,
    backoff: { firstMs: 10, maxMs: 25 },
    failed: (_key, _error, retryInMs) => void delays.push(retryInMs),
    work: async () => {
      if (fail) throw new Error('no')
    },
  })
  queue.add('a')
  for (let i = 0; i < 3; i++) {
    await settle()
    clock.advance(clock.now() + 25)
  }
  await settle()
  assert.deepEqual(delays, [10, 20, 25, 25])
  fail = false
  clock.advance(clock.now() + 25)
  await settle()
  fail = true
  queue.add('a')
  await settle()
  assert.equal(delays.at(-1), 10)
})

test('a wish to be called again is kept, and an earlier one wins', async () => {
  const clock = new VirtualClock()
  const at: number[] = []
  const start = clock.now()
  await using queue = new WorkQueue({
    clock,
    failed: assert.fail,
    work: async () => {
      at.push(clock.now() - start)
      return at.length === 1 ? 1000 : undefined
    },
  })
  queue.add('a')
  await settle()
  queue.add('a', 400)
  clock.advance(start + 400)
  await settle()
  clock.advance(start + 2000)
  await settle()
  assert.deepEqual(at, [0, 400])
})

test('the most urgent comes first, also of those that wait for a free place', async () => {
  const seen: string[] = []
  const gates: (() => void)[] = []
  await using queue = new WorkQueue({
    clock: new VirtualClock(),
    failed: assert.fail,
    urgency: key => Number(key.slice(1)),
    work: async key => {
      seen.push(key)
      await new Promise<void>(open => gates.push(open))
    },
  })
  for (const key of ['a1', 'b2', 'c3', 'd2']) queue.add(key)
  await settle()
  queue.add('e9')
  for (let i = 0; i < 5; i++) {
    gates.shift()?.()
    await settle()
  }
  assert.deepEqual(seen, ['c3', 'e9', 'b2', 'd2', 'a1'])
})

test('who need not wait does not where nothing else is to be done, and comes after all else where something is', async () => {
  const clock = new VirtualClock()
  const seen: string[] = []
  await using queue = new WorkQueue({ clock, failed: assert.fail, work: async key => void seen.push(key), urgency: key => key.length })
  queue.add('must wait', 5000)
  queue.addWhenIdle('may', 5000)
  queue.addWhenIdle('sooner', 4000)
  queue.addWhenIdle('more urgent', 5900)
  queue.add('now')
  await settle()
  assert.deepEqual(seen, ['now', 'sooner', 'more urgent', 'may'])
  clock.advance(clock.now() + 10_000)
  await settle()
  assert.deepEqual(seen.slice(4), ['must wait'])
})
