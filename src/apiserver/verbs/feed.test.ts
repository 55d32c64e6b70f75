/** Rows for the feed of a watch: who reads is never cut off, however much comes at once; who does not is. */
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import { type AnyObject, MadeItem } from '../resources/item.ts'
import { Feed } from './feed.ts'

/** More than a backlog. */
const MANY = 2_500
const event = (revision: number) =>
  ({ type: 'ADDED', item: new MadeItem(`k${revision}`, revision, { metadata: {} } as unknown as AnyObject) }) as const

test('a reader gets all of a commit that is larger than a backlog', async () => {
  const feed = new Feed(() => undefined)
  feed.bound()
  const read: number[] = []
  const reading = (async () => {
    for await (const batch of feed) for (const { item } of batch) read.push(item.revision)
  })()
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < MANY; i++) feed.push(event(round * MANY + i))
    await nextTurn()
  }
  assert(!feed.isOver)
  feed.end()
  await reading
  assert.deepEqual(read, [...Array(3 * MANY).keys()])
})
test('a feed that nobody reads is cut off, and forgets what it held', async () => {
  let closed = 0
  const feed = new Feed(() => closed++)
  feed.bound()
  for (let i = 0; i < MANY; i++) feed.push(event(i))
  assert(!feed.isOver)
  await nextTurn()
  assert(feed.isOver)
  assert.equal(closed, 1)
  for await (const _ of feed) assert.fail('there is nothing left to read')
})
test('the past does not count', async () => {
  const feed = new Feed(() => undefined)
  for (let i = 0; i < MANY; i++) feed.push(event(i))
  feed.bound()
  await nextTurn()
  assert(!feed.isOver)
  feed.end()
})
