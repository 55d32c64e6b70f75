/** Repeated events are counted, similar ones merged, floods held back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Refusal } from '#kinds/meta/refusal.ts'
import { EventRecorder } from './events.ts'
import type { Client } from './transport.ts'

interface Written {
  readonly message: string
  count: number
}
function recorder() {
  const clock = new VirtualClock()
  const store = new Map<string, Written>()
  const client = {
    create: async (_: unknown, event: { metadata: { name: string } } & Written) =>
      void store.set(event.metadata.name, { message: event.message, count: event.count }),
    patch: async (_: unknown, { name }: { name: string }, __: unknown, { count }: { count: number }) => {
      const known = store.get(name)
      if (!known) throw new Refusal(404, 'NotFound', 'gone')
      known.count = count
    },
  } as unknown as Client
  const made = new EventRecorder({ client, clock, log: silentLog, component: 'test' })
  const note = (message: string, name = 'p', reason = 'R') =>
    made.record({
      about: { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'd', uid: name } },
      type: 'Normal',
      reason,
      message,
    })
  return {
    clock,
    store,
    note,
    flush: () => made.flush(),
    counts: () => [...store.values()].map(({ message, count }) => `${message} ×${count}`),
  }
}

test('the same again is counted, something else is not', async () => {
  const { note, flush, counts } = recorder()
  for (const message of ['a', 'a', 'b', 'a']) note(message)
  note('a', 'q')
  await flush()
  assert.deepEqual(counts(), ['a ×3', 'b ×1', 'a ×1'])
})
test('an event that has expired begins anew', async () => {
  const { note, flush, counts, store } = recorder()
  note('a')
  await flush()
  store.clear()
  note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×1'])
})
test('after ten different messages of a kind the others are merged', async () => {
  const { note, flush, counts } = recorder()
  for (let at = 0; at < 12; at++) note(`m${at}`)
  await flush()
  assert.deepEqual(counts().slice(9), ['m9 ×1', '(combined from similar events): m10 ×1', '(combined from similar events): m11 ×1'])
})
test('an object has a burst of events, then one every five minutes', async () => {
  const { note, flush, counts, clock } = recorder()
  for (let at = 0; at < 40; at++) note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×25'])
  clock.advance(clock.now() + 300_000)
  note('a')
  note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×26'])
})
