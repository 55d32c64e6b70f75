/** The rules of a store, as one suite that every engine runs. */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as fc from 'fast-check'
import type { VirtualClock } from '#base/clock.ts'
import { answersLikeModel, commands } from './model.contract.ts'
import { Compacted, type Entry, FutureRevision, LeaseGone, Mismatch, prefixEnd, type Store, type StoreEvent } from './store.ts'

/** An opened store and the clock that its leases go by. */
export interface Opened extends AsyncDisposable {
  readonly store: Store
  readonly clock: VirtualClock
  /** Closes the store and opens it again on what it kept; absent for engines that keep nothing. */
  readonly reopen?: () => Promise<Store>
}

const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString()
const says = (value: string) => () => Buffer.from(value)
/** An object that carries its own revision. */
const stamped = (name: string) => (revision: number) => Buffer.from(`${name}@${revision}`)
const brief = (entries: readonly Entry[]) => entries.map(({ key, revision, value }) => `${key} ${revision} ${text(value)}`)
const told = ({ type, key, revision, value, previous }: StoreEvent) =>
  `${revision} ${type} ${key} ${text(value)}${previous ? ` was ${previous.revision} ${text(previous.value)}` : ''}`
const ALL = { start: '', end: '\u{10ffff}' }

/** Collects what a watch brings, and waits for what must come. */
async function watching(store: Store, from: number, range: { readonly start: string; readonly end: string } = ALL) {
  const seen = {
    events: [] as StoreEvent[],
    reached: 0,
    isOver: false,
    error: undefined as unknown,
  }
  let wake = () => {}
  const handle = await store.watch(
    { ...range, from },
    {
      events: events => {
        // Not before it is durable: what is told of is never newer than the store.
        for (const { revision } of events) assert(revision <= store.revision, `told of ${revision} at ${store.revision}`)
        // What stood before is asked for while the event is told.
        for (const event of events) seen.events.push({ ...event })
        wake()
      },
      progress: revision => {
        assert(revision >= seen.reached, 'progress goes forward')
        assert(revision <= store.revision)
        seen.reached = revision
        wake()
      },
      ended: error => {
        seen.isOver = true
        seen.error = error
        wake()
      },
    },
  )
  const until = async (isDone: () => boolean) => {
    while (!isDone()) await new Promise<void>(resolve => (wake = resolve))
  }
  return {
    seen,
    told: () => seen.events.map(told),
    reaches: (revision: number) => until(() => seen.reached >= revision),
    ends: () => until(() => seen.isOver),
    stop: () => handle[Symbol.dispose](),
  }
}
const gone = async (store: Store, key: string) => {
  const watch = await watching(store, store.compacted)
  while (await store.get(key)) await watch.reaches(store.revision + 1)
  watch.stop()
}

type Rule = (opened: Opened) => Promise<void>

const RULES: readonly (readonly [string, Rule])[] = [
  [
    'begins empty at revision 1',
    async ({ store }) => {
      assert.equal(store.revision, 1)
      assert.equal(await store.get('a'), undefined)
      assert.deepEqual(await store.range(ALL), { entries: [], revision: 1, remaining: 0 })
      assert.equal(await store.count(ALL.start, ALL.end), 0)
    },
  ],
  [
    'each write takes the next revision, over all keys',
    async ({ store }) => {
      assert.equal((await store.put('a', says('1'))).revision, 2)
      assert.equal((await store.put('b', says('1'))).revision, 3)
      assert.equal((await store.put('a', says('2'))).revision, 4)
      await store.delete('b')
      assert.equal(store.revision, 5)
    },
  ],
  [
    'a value is made from the revision that it gets',
    async ({ store }) => {
      const entries = await Promise.all(['a', 'b', 'c'].map(key => store.put(key, stamped(key))))
      assert.deepEqual(brief(entries), ['a 2 a@2', 'b 3 b@3', 'c 4 c@4'])
      assert.deepEqual(brief((await store.range(ALL)).entries), brief(entries))
    },
  ],
  [
    'keys are ordered by their UTF-8 bytes, not by UTF-16 units',
    async ({ store }) => {
      const keys = ['a', 'a\0', 'a/', 'a/b', 'a0', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}']
      for (const key of [...keys].reverse()) await store.put(key, says(key))
      const found = (await store.range(ALL)).entries.map(({ key }) => key)
      assert.deepEqual(found, keys)
      assert.deepEqual(
        (await store.range({ start: 'a\0', end: '\u{10000}' })).entries.map(({ key }) => key),
        keys.slice(1, -2),
      )
      assert.equal(await store.count('a\0', '\u{10000}'), keys.length - 3)
    },
  ],
  [
    'a range is inclusive at its start and exclusive at its end; a prefix holds neither its neighbour nor itself without slash',
    async ({ store }) => {
      for (const key of ['/pods', '/pods/a', '/pods/b', '/pods0', '/podsx/a']) await store.put(key, says('x'))
      const keys = async (start: string, end: string) => (await store.range({ start, end })).entries.map(({ key }) => key)
      assert.deepEqual(await keys('/pods/', prefixEnd('/pods/')), ['/pods/a', '/pods/b'])
      assert.deepEqual(await keys('/pods/a', '/pods/b'), ['/pods/a'])
      assert.deepEqual(await keys('/pods/b', '/pods/a'), [])
      assert.deepEqual(await keys('/pods', '/pods'), [])
    },
  ],
  [
    'a limit cuts the range and tells how many follow',
    async ({ store }) => {
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map(key => store.put(key, says(key))))
      const page = async (start: string, limit: number) => {
        const { entries, remaining } = await store.range({ start, end: 'e', limit })
        return [entries.map(({ key }) => key).join(''), remaining]
      }
      assert.deepEqual(await page('a', 3), ['abc', 1])
      assert.deepEqual(await page('c\0', 3), ['d', 0])
      assert.deepEqual(await page('a', 4), ['abcd', 0])
      assert.deepEqual(await page('a', 0), ['', 4])
    },
  ],
  [
    'keys are refused when they are empty, too long or no Unicode, and take no revision',
    async ({ store }) => {
      for (const key of ['', 'x'.repeat(2_000), 'a\ud800']) await assert.rejects(store.put(key, says('x')), RangeError)
      assert.equal(store.revision, 1)
    },
  ],
  [
    'a value may be empty, or larger than many pages',
    async ({ store }) => {
      const large = Buffer.alloc(3 << 20, 'large')
      await store.put('empty', () => new Uint8Array())
      await store.put('large', () => large)
      assert.equal((await store.get('empty'))?.value.length, 0)
      assert(large.equals((await store.get('large'))?.value ?? new Uint8Array()))
    },
  ],
  [
    'expected 0 wants the key absent, a revision wants exactly that one; Mismatch says what is there',
    async ({ store }) => {
      await store.put('a', stamped('a'), { expected: 0 })
      const mismatch = (current: string | undefined) => (error: unknown) => {
        assert(error instanceof Mismatch, String(error))
        assert.equal(error.current && brief([error.current])[0], current)
        return true
      }
      await assert.rejects(store.put('a', stamped('a'), { expected: 0 }), mismatch('a 2 a@2'))
      await assert.rejects(store.put('a', stamped('a'), { expected: 1 }), mismatch('a 2 a@2'))
      await assert.rejects(store.put('b', stamped('b'), { expected: 2 }), mismatch(undefined))
      assert.equal(store.revision, 2)
      assert.equal((await store.put('a', stamped('a'), { expected: 2 })).revision, 3)
      await assert.rejects(store.delete('a', { expected: 2 }), mismatch('a 3 a@3'))
      await assert.rejects(store.delete('b', { expected: 2 }), mismatch(undefined))
      assert.equal((await store.delete('a', { expected: 3 }))?.revision, 3)
      await store.put('a', stamped('a'), { expected: 0 })
    },
  ],
  [
    'writes of one turn see each other, in the order in which they were made',
    async ({ store }) => {
      const results = await Promise.allSettled([
        store.put('a', stamped('a'), { expected: 0 }),
        store.put('a', stamped('b'), { expected: 0 }),
        store.put('a', stamped('c'), { expected: 2 }),
        store.delete('a', { expected: 3 }),
        store.delete('a'),
        store.put('a', stamped('d'), { expected: 0 }),
      ])
      assert.deepEqual(
        results.map(({ status }) => status === 'fulfilled'),
        [true, false, true, true, true, true],
      )
      assert.deepEqual(brief((await store.range(ALL)).entries), ['a 5 d@5'])
    },
  ],
  [
    'of many who write on condition, exactly one wins each round',
    async ({ store }) => {
      let revision = 0
      for (let round = 0; round < 20; round++) {
        const expected = revision
        const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => store.put('a', says(`${i}`), { expected })))
        const won = results.filter(result => result.status === 'fulfilled')
        assert.equal(won.length, 1)
        revision = won[0]?.value.revision ?? 0
        assert.equal((await store.get('a'))?.revision, revision)
      }
      assert.equal(store.revision, 21)
    },
  ],
  [
    'a value that cannot be made fails its own write only',
    async ({ store }) => {
      const fault = new Error('no value')
      const throws = () => {
        throw fault
      }
      const results = await Promise.allSettled([
        store.put('a', says('1')),
        store.put('b', throws),
        store.delete('a', { last: throws }),
        store.put('c', says('1')),
      ])
      assert.deepEqual(
        results.map(result => (result.status === 'rejected' ? result.reason : result.value?.revision)),
        [2, fault, fault, 3],
      )
      assert.deepEqual(brief((await store.range(ALL)).entries), ['a 2 1', 'c 3 1'])
    },
  ],
  [
    'delete gives what was there, and nothing when nothing was',
    async ({ store }) => {
      await store.put('a', stamped('a'))
      assert.equal(await store.delete('b'), undefined)
      assert.equal(store.revision, 2)
      const deleted = await store.delete('a', { last: stamped('last') })
      assert.deepEqual(deleted && brief([deleted]), ['a 2 a@2'])
      assert.equal(await store.get('a'), undefined)
      assert.equal(await store.count('a', 'b'), 0)
    },
  ],
  [
    'a range can be read as it was at an older revision',
    async ({ store }) => {
      await store.put('b', says('1')) // 2
      await store.put('a', says('1')) // 3
      await store.put('b', says('2')) // 4
      await store.delete('a') // 5
      await store.put('c', says('1')) // 6
      await store.put('a', says('2')) // 7
      await store.delete('c') // 8
      const at = async (revision: number, limit?: number) => {
        const result = await store.range({ ...ALL, at: revision, limit })
        assert.equal(result.revision, revision)
        return [...brief(result.entries), result.remaining]
      }
      assert.deepEqual(await at(1), [0])
      assert.deepEqual(await at(2), ['b 2 1', 0])
      assert.deepEqual(await at(3), ['a 3 1', 'b 2 1', 0])
      assert.deepEqual(await at(4), ['a 3 1', 'b 4 2', 0])
      assert.deepEqual(await at(5), ['b 4 2', 0])
      assert.deepEqual(await at(6), ['b 4 2', 'c 6 1', 0])
      assert.deepEqual(await at(7), ['a 7 2', 'b 4 2', 'c 6 1', 0])
      assert.deepEqual(await at(7, 1), ['a 7 2', 2])
      assert.deepEqual(await at(8), ['a 7 2', 'b 4 2', 0])
      await assert.rejects(at(9), (error: unknown) => error instanceof FutureRevision && error.current === 8)
    },
  ],
  [
    'a watch brings history, then what comes, without gap or repetition',
    async ({ store }) => {
      await store.put('a', stamped('a')) // 2
      await store.put('x', stamped('x')) // 3
      await store.put('a', stamped('a')) // 4
      const late = store.put('a', stamped('late')) // 5
      const watch = await watching(store, 2, { start: 'a', end: 'b' })
      const later = [store.delete('a', { last: stamped('last') }), store.put('x', stamped('x')), store.put('a', stamped('new'))]
      await Promise.all([late, ...later])
      await watch.reaches(8)
      assert.deepEqual(watch.told(), [
        '2 put a a@2',
        '4 put a a@4 was 2 a@2',
        '5 put a late@5 was 4 a@4',
        '6 delete a last@6 was 5 late@5',
        '8 put a new@8',
      ])
      watch.stop()
    },
  ],
  [
    'a watch from a later revision begins there, also from one that is still to come',
    async ({ store }) => {
      for (let i = 2; i <= 5; i++) await store.put('a', stamped('a'))
      const [past, future] = [await watching(store, 4), await watching(store, 7)]
      await Promise.all([5, 6, 7, 8].map(() => store.put('a', stamped('a'))))
      await Promise.all([past.reaches(9), future.reaches(9)])
      const revisions = (watch: typeof past) => watch.seen.events.map(({ revision }) => revision)
      assert.deepEqual(revisions(past), [4, 5, 6, 7, 8, 9])
      assert.deepEqual(revisions(future), [7, 8, 9])
      past.stop()
      future.stop()
    },
  ],
  [
    'watches that begin in the middle of writing miss nothing',
    async ({ store }) => {
      const writes: Promise<Entry>[] = []
      const watches: Awaited<ReturnType<typeof watching>>[] = []
      for (let i = 0; i < 600; i++) {
        writes.push(store.put(`k${i % 7}`, stamped('v')))
        if (i % 100 === 50) watches.push(await watching(store, 2))
        if (i % 30 === 0) await nextTurn()
      }
      await Promise.all(writes)
      for (const watch of watches) {
        await watch.reaches(601)
        assert.deepEqual(
          watch.seen.events.map(({ revision }) => revision),
          Array.from({ length: 600 }, (_, i) => i + 2),
        )
        watch.stop()
      }
      assert.equal(watches.length, 6)
    },
  ],
  [
    'history of any length is brought whole, also when writing goes on',
    async ({ store }) => {
      await Promise.all(Array.from({ length: 600 }, () => store.put('a', stamped('a'))))
      // Around the portions in which an engine may read.
      for (const length of [1, 249, 250, 251, 252, 499, 500, 501, 600]) {
        const from = store.revision - length + 1
        const watch = await watching(store, from)
        const last = await store.put('a', stamped('a'))
        await watch.reaches(last.revision)
        assert.deepEqual(
          watch.seen.events.map(({ revision }) => revision),
          Array.from({ length: length + 1 }, (_, i) => from + i),
        )
        watch.stop()
      }
    },
  ],
  [
    'a watch of an empty store reaches its revision without a write',
    async ({ store }) => {
      const watch = await watching(store, 1)
      await watch.reaches(1)
      assert.deepEqual(watch.told(), [])
      watch.stop()
    },
  ],
  [
    'progress comes also when nothing matched',
    async ({ store }) => {
      const watch = await watching(store, 1, { start: 'x', end: 'y' })
      await store.put('a', says('1'))
      await watch.reaches(2)
      assert.deepEqual(watch.told(), [])
      watch.stop()
    },
  ],
  [
    'who wrote has been told of it before the write resolves',
    async ({ store }) => {
      const watch = await watching(store, 2)
      await store.put('a', says('1'))
      assert.deepEqual(watch.told(), ['2 put a 1'])
      watch.stop()
    },
  ],
  [
    'a watch that was disposed brings nothing more, and does not end by itself',
    async ({ store }) => {
      const [stopped, other] = [await watching(store, 1), await watching(store, 1)]
      stopped.stop()
      await store.put('a', says('1'))
      await other.reaches(2)
      assert.deepEqual([stopped.told(), stopped.seen.isOver], [[], false])
      other.stop()
    },
  ],
  [
    'compaction forgets what was before, and nothing else',
    async ({ store }) => {
      await store.put('a', says('1')) // 2
      await store.put('b', says('1')) // 3
      await store.put('a', says('2')) // 4
      await store.delete('b') // 5
      await store.put('a', says('3')) // 6
      await store.put('b', says('2')) // 7
      const compacted = (error: unknown) => error instanceof Compacted && error.compacted === 5
      await store.compact(5)
      assert.equal(store.compacted, 5)
      await assert.rejects(store.range({ ...ALL, at: 4 }), compacted)
      await assert.rejects(watching(store, 4), compacted)
      assert.deepEqual(brief((await store.range({ ...ALL, at: 5 })).entries), ['a 4 2'])
      assert.deepEqual(brief((await store.range({ ...ALL, at: 6 })).entries), ['a 6 3'])
      assert.deepEqual(brief((await store.range(ALL)).entries), ['a 6 3', 'b 7 2'])
      const watch = await watching(store, 5)
      await watch.reaches(7)
      assert.deepEqual(watch.told(), ['5 delete b 1 was 3 1', '6 put a 3 was 4 2', '7 put b 2'])
      watch.stop()
      await store.compact(3)
      assert.equal(store.compacted, 5)
      await assert.rejects(store.compact(8), FutureRevision)
    },
  ],
  [
    'a key that was deleted and compacted can be written anew',
    async ({ store }) => {
      await store.put('a', says('1')) // 2
      await store.delete('a') // 3
      await store.put('b', says('1')) // 4
      await store.compact(4)
      assert.deepEqual(brief((await store.range({ ...ALL, at: 4 })).entries), ['b 4 1'])
      assert.equal((await store.put('a', says('2'), { expected: 0 })).revision, 5)
      assert.deepEqual(brief((await store.range({ ...ALL, at: 4 })).entries), ['b 4 1'])
      await store.compact(5)
      assert.deepEqual(brief((await store.range(ALL)).entries), ['a 5 2', 'b 4 1'])
    },
  ],
  [
    'compaction gives the space back',
    async ({ store }) => {
      const value = Buffer.alloc(4_000, 1)
      const fill = async () => {
        for (let i = 0; i < 4; i++) await Promise.all(Array.from({ length: 250 }, (_, k) => store.put(`k${k % 10}`, () => value)))
        await store.compact(store.revision)
        return store.size()
      }
      const [first] = [await fill(), await fill()]
      const later = await fill()
      assert(later.bytesInUse < 100 * value.length, `in use ${later.bytesInUse}`)
      assert(later.bytes <= first.bytes * 2, `${first.bytes} became ${later.bytes}`)
    },
  ],
  [
    'keys that are gone leave nothing behind once they are compacted',
    async ({ store }) => {
      const keys = Array.from({ length: 500 }, (_, i) => `${i}`.padEnd(1_000, 'x'))
      await Promise.all(keys.map(key => store.put(key, says('x'))))
      await Promise.all(keys.map(key => store.delete(key)))
      await store.put('a', says('x'))
      await store.compact(store.revision)
      const { bytesInUse } = await store.size()
      assert(bytesInUse < 200_000, `in use ${bytesInUse}`)
    },
  ],
  [
    'compaction in the middle of writing loses nothing',
    async ({ store }) => {
      const writes: Promise<unknown>[] = []
      for (let round = 0; round < 20; round++) {
        for (let i = 0; i < 40; i++) writes.push(i % 5 === 4 ? store.delete(`k${i % 8}`) : store.put(`k${i % 8}`, stamped(`k${i % 8}`)))
        await nextTurn()
        writes.push(store.compact(store.revision))
      }
      await Promise.all(writes)
      const { entries } = await store.range(ALL)
      for (const { key, revision, value } of entries) assert.equal(text(value), `${key}@${revision}`)
      const { entries: then } = await store.range({ ...ALL, at: store.compacted })
      for (const { key, revision, value } of then) assert.equal(text(value), `${key}@${revision}`)
      assert.equal(entries.length, 6)
    },
  ],
  [
    'a lease takes its keys with it when its time is over, and only then',
    async ({ store, clock }) => {
      const lease = await store.grant(10)
      await store.put('a', stamped('a'), { lease: lease.id }) // 2
      await store.put('b', stamped('b'), { lease: lease.id }) // 3
      await store.put('c', stamped('c')) // 4
      clock.advance(clock.now() + 9_999)
      await store.put('c', stamped('c')) // 5
      assert.equal(await store.count(ALL.start, ALL.end), 3)
      clock.advance(clock.now() + 1)
      await gone(store, 'b')
      assert.deepEqual(brief((await store.range(ALL)).entries), ['c 5 c@5'])
      const watch = await watching(store, 6)
      await watch.reaches(7)
      assert.deepEqual(watch.told(), ['6 delete a a@2 was 2 a@2', '7 delete b b@3 was 3 b@3'])
      watch.stop()
      await assert.rejects(store.put('a', says('1'), { lease: lease.id }), LeaseGone)
      await assert.rejects(lease.renew(), LeaseGone)
    },
  ],
  [
    'a renewed lease lives on, a revoked one ends at once',
    async ({ store, clock }) => {
      const [renewed, revoked] = [await store.grant(10), await store.grant(10)]
      assert.notEqual(renewed.id, revoked.id)
      await store.put('a', says('1'), { lease: renewed.id })
      await store.put('b', says('1'), { lease: revoked.id })
      clock.advance(clock.now() + 9_000)
      await renewed.renew()
      await revoked.revoke()
      assert.equal(await store.get('b'), undefined)
      clock.advance(clock.now() + 9_000)
      await store.put('c', says('1'))
      assert(await store.get('a'))
      clock.advance(clock.now() + 1_000)
      await gone(store, 'a')
    },
  ],
  [
    'a key hangs on the lease of its last write only',
    async ({ store }) => {
      const [first, second] = [await store.grant(10), await store.grant(10)]
      for (const key of ['a', 'b', 'c', 'd']) await store.put(key, says('1'), { lease: first.id })
      await store.put('a', says('2'))
      await store.put('b', says('2'), { lease: second.id })
      await store.delete('c')
      await store.put('c', says('2'))
      await first.revoke()
      assert.deepEqual(
        (await store.range(ALL)).entries.map(({ key }) => key),
        ['a', 'b', 'c'],
      )
      await second.revoke()
      assert.equal(await store.count(ALL.start, ALL.end), 2)
    },
  ],
  [
    'a lease takes also keys that were bound in the same turn',
    async ({ store }) => {
      const lease = await store.grant(10)
      await store.put('a', says('1'), { lease: lease.id })
      await Promise.all([
        store.put('b', says('1'), { lease: lease.id }),
        store.put('a', says('2')),
        lease.revoke(),
        store.put('c', says('1')),
      ])
      assert.deepEqual(brief((await store.range(ALL)).entries), ['a 4 2', 'c 6 1'])
    },
  ],
  [
    'close finishes what was begun, ends the watches and takes nothing more',
    async ({ store }) => {
      const watch = await watching(store, 2)
      const write = store.put('a', says('1'))
      const closing = store[Symbol.asyncDispose]()
      assert.equal((await write).revision, 2)
      await closing
      await watch.ends()
      assert.deepEqual([watch.told(), watch.seen.error], [['2 put a 1'], undefined])
      await assert.rejects(store.put('a', says('2')), /closed/)
      await assert.rejects(store.get('a'), /closed/)
      await assert.rejects(store.range(ALL), /closed/)
      await assert.rejects(watching(store, 2), /closed/)
    },
  ],
]

/** What holds for engines that keep what they were given. */
const LASTING_RULES: readonly (readonly [string, Rule])[] = [
  [
    'reopened, a store has everything: entries, history, revision, compaction, leases',
    async ({ store, clock, reopen }) => {
      assert(reopen)
      const [lease, ended] = [await store.grant(100), await store.grant(10)]
      await store.put('a', stamped('a')) // 2
      await store.put('b', stamped('b'), { lease: lease.id }) // 3
      await store.put('c', stamped('c'), { lease: ended.id }) // 4
      await store.put('a', stamped('a')) // 5
      await store.put('d', stamped('d')) // 6
      await store.delete('d', { last: stamped('last') }) // 7
      await store.compact(4)
      const again = await reopen()
      assert.deepEqual([again.revision, again.compacted], [7, 4])
      assert.deepEqual(brief((await again.range(ALL)).entries), ['a 5 a@5', 'b 3 b@3', 'c 4 c@4'])
      assert.deepEqual(brief((await again.range({ ...ALL, at: 4 })).entries), ['a 2 a@2', 'b 3 b@3', 'c 4 c@4'])
      await assert.rejects(again.range({ ...ALL, at: 3 }), Compacted)
      const watch = await watching(again, 4)
      await watch.reaches(7)
      assert.deepEqual(watch.told(), ['4 put c c@4', '5 put a a@5 was 2 a@2', '6 put d d@6', '7 delete d last@7 was 6 d@6'])
      clock.advance(clock.now() + 10_000)
      await watch.reaches(8)
      assert.deepEqual(
        (await again.range(ALL)).entries.map(({ key }) => key),
        ['a', 'b'],
      )
      assert.equal((await again.grant(1)).id > ended.id, true)
      assert.equal((await again.put('a', stamped('a'), { expected: 5 })).revision, 9)
      watch.stop()
    },
  ],
]

/** Runs all rules on an engine; `open` gives a new, empty store each time; a lasting one can be reopened. */
export function contract(name: string, open: () => Promise<Opened>, { isLasting = false } = {}): void {
  suite(`${name} keeps the contract`, () => {
    for (const [rule, check] of isLasting ? [...RULES, ...LASTING_RULES] : RULES)
      test(rule, async () => {
        await using opened = await open()
        await check(opened)
      })
    test('answers as the model does, whatever is done to it', async () => {
      await fc.assert(
        fc.asyncProperty(commands, async list => {
          await using opened = await open()
          await answersLikeModel(list, opened.store, opened.reopen)
        }),
        { numRuns: RUNS },
      )
    })
  })
}
/** Enough to meet every pair of commands on a few keys, few enough for a second. */
const RUNS = 60
