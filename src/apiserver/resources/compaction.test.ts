/** Rows for compaction: what is young stays, what is old goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { startCompaction } from './compaction.ts'

test('history goes when it is five minutes old, and not before', async () => {
  const clock = new VirtualClock()
  await using store = await openMemory({ clock })
  using _compaction = startCompaction(store, clock, silentLog)
  const put = () => store.put('/k', () => Buffer.from('v'))
  const pass = async (ms: number) => {
    clock.advance(clock.now() + ms)
    await new Promise(setImmediate)
  }
  await put()
  const first = store.revision
  await pass(300_000)
  assert(store.compacted < first)
  await put()
  await pass(300_000)
  assert.equal(store.compacted, first)
})
