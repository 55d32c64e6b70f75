/** A process that writes is killed at random moments: what it acknowledged must be there, and nothing may contradict itself. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { VirtualClock } from '#base/clock.ts'
import type { StoreEvent } from '../../store.ts'
import { openLmdb } from './engine.ts'

const ROUNDS = 6
const WRITERS = 16
const KEYS = 40
const ALL = { start: '', end: '~' }

/** Numbers between 0 and 1 from a seed (mulberry32). */
const randomFrom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

if (process.argv[2] === 'write') await write(process.argv[3] as string, Number(process.argv[4]))
else
  test('what was acknowledged outlives a SIGKILL', async t => {
    const seed = Number(process.env.KNARR_SEED ?? Date.now() % 1_000_000)
    t.diagnostic(`again with KNARR_SEED=${seed}`)
    const random = randomFrom(seed)
    const path = mkdtempSync(join(tmpdir(), 'knarr-crash-'))
    t.after(() => rmSync(path, { recursive: true }))
    let total = 0
    let reached = 1
    for (let round = 0; round < ROUNDS; round++) {
      const acknowledged = await killedAfter(Math.ceil(random() * 1_500), path, seed + round)
      total += acknowledged.length
      reached = await check(path, acknowledged, reached)
    }
    t.diagnostic(`${total} acknowledged writes, revision ${reached}`)
    assert(total >= ROUNDS)
  })

/** What a child acknowledged: `revision type key`, until it was killed after so many lines; those that were on their way count too. */
async function killedAfter(lines: number, path: string, seed: number): Promise<string[]> {
  const child = spawn(process.execPath, [import.meta.filename, 'write', path, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const seen: string[] = []
  for await (const line of createInterface(child.stdout)) if (seen.push(line) === lines) child.kill('SIGKILL')
  assert.deepEqual(await exit, [null, 'SIGKILL'])
  return seen
}

async function check(path: string, acknowledged: readonly string[], reached: number): Promise<number> {
  await using store = await openLmdb({ path, clock: new VirtualClock() })
  assert(store.revision >= reached, `revision went back from ${reached} to ${store.revision}`)
  const events: StoreEvent[] = []
  await new Promise<void>(resolve => {
    void store.watch(
      { ...ALL, from: store.compacted },
      { events: batch => void events.push(...batch), progress: at => at === store.revision && resolve() },
    )
  })
  // No revision is missing, none is there twice, and each value is that of its revision.
  events.forEach(({ revision, key, value }, i) => {
    assert.equal(revision, (events[0]?.revision ?? 0) + i)
    assert.equal(Buffer.from(value).toString('utf8', 0, 40).trimEnd(), `${key}@${revision}`)
  })
  const byRevision = new Map(events.map(event => [event.revision, event]))
  for (const line of acknowledged) {
    const [revision, type, key] = line.split(' ')
    if (type === 'compact') assert(store.compacted >= Number(revision))
    else if (Number(revision) >= store.compacted) {
      const event = byRevision.get(Number(revision))
      assert.deepEqual([event?.type, event?.key], [type, key], `revision ${revision} was acknowledged`)
    } else assert(Number(revision) <= store.revision)
  }
  // What there is now is what there was at the compaction, and what happened since.
  const replayed = new Map((await store.range({ ...ALL, at: store.compacted })).entries.map(({ key, revision }) => [key, revision]))
  for (const { type, key, revision } of events)
    if (type === 'put') replayed.set(key, revision)
    else replayed.delete(key)
  const { entries } = await store.range(ALL)
  assert.deepEqual(new Map(entries.map(({ key, revision }) => [key, revision])), replayed)
  return store.revision
}

/** Tells the parent at once: a write to a pipe that is full comes back undone, and is made again. */
function told(line: string): void {
  for (;;)
    try {
      writeSync(1, line)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
}
/** Writes until it is killed. */
async function write(path: string, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const store = await openLmdb({ path, clock: new VirtualClock() })
  const say = (...words: readonly (string | number)[]) => told(`${words.join(' ')}\n`)
  const made = (key: string) => (revision: number) => Buffer.from(`${key}@${revision}`.padEnd(40 + Math.floor(random() * 6_000)))
  const writer = async () => {
    for (;;) {
      const key = `k${Math.floor(random() * KEYS)}`
      const kind = random()
      if (kind < 0.02) {
        const revision = Math.max(store.compacted, store.revision - 300)
        await store.compact(revision)
        say(revision, 'compact')
      } else if (kind < 0.2) {
        let at = 0
        const gone = await store.delete(key, { last: revision => made(key)((at = revision)) })
        if (gone) say(at, 'delete', key)
      } else say((await store.put(key, made(key))).revision, 'put', key)
      if (random() < 0.3) await nextTurn()
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}
