/** A watcher with a fault: it must surface in the process, and harm nobody else. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { VirtualClock } from '#base/clock.ts'
import { openMemory } from './engines/memory/engine.ts'

if (process.argv[2] === 'fault') await fault()
else
  test('a watcher that throws is dropped, its error surfaces, and the others and the writer go on', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, 'fault'])
    assert.deepEqual(stdout.trim().split('\n').sort(), [
      'other was told of 2',
      'other was told of 3',
      'surfaced: fault',
      'wrote 2',
      'wrote 3',
    ])
  })

async function fault(): Promise<void> {
  process.on('uncaughtException', error => console.log(`surfaced: ${error.message}`))
  await using store = await openMemory({ clock: new VirtualClock() })
  const range = { start: 'a', end: 'b', from: 2 }
  await store.watch(range, {
    events: () => {
      throw new Error('fault')
    },
  })
  await store.watch(range, { events: events => events.forEach(({ revision }) => console.log(`other was told of ${revision}`)) })
  for (let i = 0; i < 2; i++) console.log(`wrote ${(await store.put('a', () => Buffer.from('1'))).revision}`)
}
