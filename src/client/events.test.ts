/** Repeated events are counted, similar ones merged, floods held back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Refusal } from '#kinds/meta/refusal.ts'
import { EventRecorder } from './events.ts'
import type { Client } from './transport.ts'

interface Written {
  message: string
  count: number
}
function recorder() {
  const clock = new VirtualClock()
  const store = new Map<string, Written>()
  const client = {
    create: async (_: unknown, event: { metadata: { name: string } } & Written) =>
      void store.set(event.metadata.name, { message: event.message, count: event.count }),
    patch: async (_: unknown, { name }: { name: string }, __: unknown, { count, message }: Written) => {
      const known = store.get(name)
      if (!known) throw new Refusal(404, 'NotFound', 'gone')
      known.count = count
      known.message = message
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
test('an event that has expired is made anew, and goes on counting', async () => {
  const { note, flush, counts, store } = recorder()
  note('a')
  await flush()
  store.clear()
  note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×2'])
})
test('from the tenth different message of a kind on the others become one event, which says the last of them', async () => {
  const { note, flush, counts } = recorder()
  for (let at = 0; at < 12; at++) note(`m${at}`)
  note('m3')
  await flush()
  assert.deepEqual(
    counts(),
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map(at => `m${at} ×${at === 3 ? 2 : 1}`).concat('(combined from similar events): m11 ×3'),
  )
})
test('an object has a burst of events, then one every five minutes, which tells how many there were', async () => {
  const { note, flush, counts, clock } = recorder()
  for (let at = 0; at < 40; at++) note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×25'])
  clock.advance(clock.now() + 300_000)
  note('a')
  note('a')
  await flush()
  assert.deepEqual(counts(), ['a ×41'])
})

test('a report with an action has one time, a repetition makes it a series, and a new version of its object another one', async () => {
  const clock = new VirtualClock()
  const written: object[] = []
  const client = {
    create: async (_: unknown, event: object) => void written.push(event),
    patch: async (_: unknown, __: unknown, ___: unknown, patch: object) => void written.push(patch),
  } as unknown as Client
  const made = new EventRecorder({ client, clock, log: silentLog, component: 'default-scheduler', host: 'h' })
  const about = (resourceVersion: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion },
  })
  const report = { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling' } as const
  for (const [version, message] of [
    ['1', 'no'],
    ['1', 'still no'],
    ['2', 'no'],
  ] as const)
    made.record({ ...report, about: about(version), message })
  await made.flush()
  const time = '2030-01-01T00:00:00.000000Z'
  const whole = (version: string, order: number) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `p.${(BigInt(clock.now()) * 1_000_000n + BigInt(order)).toString(16)}`, namespace: 'd' },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: 'd', uid: 'u', resourceVersion: version },
    reason: 'FailedScheduling',
    type: 'Warning',
    message: 'no',
    source: {},
    eventTime: time,
    action: 'Scheduling',
    reportingComponent: 'default-scheduler',
    reportingInstance: 'default-scheduler-h',
  })
  assert.deepEqual(written, [whole('1', 0), { series: { count: 2, lastObservedTime: time } }, whole('2', 1)])
})
