/** What the ledger makes of a medium that fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { MemoryMedium } from './engines/memory/engine.ts'
import { Ledger } from './ledger.ts'
import type { Changes } from './medium.ts'
import { LeaseGone, Mismatch, type StoreEvent, Unwritable } from './store.ts'

/** Fails as long as it is told to. */
class Failing extends MemoryMedium {
  isFailing = false
  override async commit(changes: Changes) {
    if (this.isFailing) throw new Error('no room')
    return super.commit(changes)
  }
}
const says = (text: string) => () => Buffer.from(text)
const reasons = async (writes: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(writes)).map(result => (result.status === 'rejected' ? result.reason.constructor : 'written'))

test('a commit that fails takes all its writes with it, and nothing of it is seen', async () => {
  const medium = new Failing()
  await using store = new Ledger(medium, new VirtualClock())
  await store.put('a', says('1'))
  const events: StoreEvent[] = []
  await store.watch({ start: 'a', end: 'z', from: 3 }, { events: batch => void events.push(...batch) })
  medium.isFailing = true
  const fault = new TypeError('no value')
  const writes = [
    store.put('b', says('1')),
    store.delete('a'),
    // Refused because of a write that is then not there: the refusal would be false.
    store.put('b', says('2'), { expected: 0 }),
    store.put('c', () => {
      throw fault
    }),
  ]
  assert.deepEqual(await reasons(writes), [Unwritable, Unwritable, Unwritable, TypeError])
  assert.deepEqual([store.revision, (await store.get('a'))?.revision, await store.get('b')], [2, 2, undefined])
  // What needs no commit still gets its answer.
  assert.deepEqual(await reasons([store.put('a', says('2'), { expected: 1 }), store.put('a', says('2'), { lease: 7 })]), [
    Mismatch,
    LeaseGone,
  ])
  medium.isFailing = false
  assert.equal((await store.put('b', says('1'), { expected: 0 })).revision, 3)
  assert.deepEqual(
    events.map(({ revision, key }) => [revision, key]),
    [[3, 'b']],
  )
})

test('a lease whose end could not be written ends later', async () => {
  const medium = new Failing()
  const clock = new VirtualClock()
  await using store = new Ledger(medium, clock)
  const lease = await store.grant(10)
  await store.put('a', says('1'), { lease: lease.id })
  medium.isFailing = true
  clock.advance(clock.now() + 10_000)
  assert.deepEqual(await reasons([store.put('b', says('1'))]), [Unwritable])
  assert(await store.get('a'))
  medium.isFailing = false
  const gone = Promise.withResolvers<void>()
  await store.watch({ start: 'a', end: 'b', from: 3 }, { events: () => gone.resolve() })
  clock.advance(clock.now() + 1_000)
  await gone.promise
  assert.equal(await store.get('a'), undefined)
})
