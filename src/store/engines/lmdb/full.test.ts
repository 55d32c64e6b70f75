/** What the engine does when the disk takes no more: here, when its file may not grow. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { VirtualClock } from '#base/clock.ts'
import { Unwritable } from '../../store.ts'
import { openLmdb } from './engine.ts'

/** Blocks, of 512 bytes or 1 KiB, as the shell counts: half a megabyte or one. Ten pages a commit keep LMDB's message about it within its memory, see ROOM_MIN_BYTES. */
const FILE_BLOCKS_MAX = 1_024
const VALUE = Buffer.alloc(4_000, 'x')

if (process.argv[2] === 'fill') await fill(process.argv[3] as string)
else {
  test('a disk that is nearly full takes no writes but can be compacted, and takes them again when there is room', async t => {
    const path = mkdtempSync(join(tmpdir(), 'knarr-full-'))
    t.after(() => rmSync(path, { recursive: true }))
    let room = 100 << 20
    await using store = await openLmdb({ path, clock: new VirtualClock(), roomBytes: () => room })
    for (let i = 0; i < 3; i++) await store.put('a', () => VALUE)
    room = 20 << 20
    await assert.rejects(
      store.put('a', () => VALUE),
      (error: unknown) => {
        assert(error instanceof Unwritable)
        assert.match(
          error.message,
          /^write 1 revisions: the disk of ".*" has 20 MiB left, and 32 MiB are kept free; nothing of it was stored/,
        )
        return true
      },
    )
    assert.deepEqual([store.revision, (await store.get('a'))?.revision], [4, 4])
    await store.compact(4)
    assert.equal(store.compacted, 4)
    room = 100 << 20
    assert.equal((await store.put('a', () => VALUE)).revision, 5)
  })

  test('a file that cannot grow refuses whole commits and keeps what was acknowledged, until the store is opened again', async t => {
    const path = mkdtempSync(join(tmpdir(), 'knarr-full-'))
    t.after(() => rmSync(path, { recursive: true }))
    const child = `ulimit -f ${FILE_BLOCKS_MAX}; exec "$0" "$@"`
    const { stdout } = await promisify(execFile)('sh', ['-c', child, process.execPath, import.meta.filename, 'fill', path])
    const written = Number(stdout)
    await using store = await openLmdb({ path, clock: new VirtualClock() })
    assert.equal(store.revision, 1 + written)
    assert.equal(await store.count('a', 'b'), written)
    assert.equal((await store.put('a/again', () => VALUE)).revision, 2 + written)
  })
}

/** Writes until the file is full, checks what the store then says, and prints how many writes went well. */
async function fill(path: string): Promise<void> {
  await using store = await openLmdb({ path, clock: new VirtualClock() })
  const told: number[] = []
  await store.watch({ start: 'a', end: 'b', from: 2 }, { events: events => told.push(...events.map(({ revision }) => revision)) })
  let written = 0
  const group = () => Promise.allSettled(Array.from({ length: 10 }, (_, i) => store.put(`a/${written + i}`, () => VALUE)))
  for (;;) {
    const results = await group()
    if (results.every(({ status }) => status === 'rejected')) break
    assert(
      results.every(({ status }) => status === 'fulfilled'),
      'a commit went through in part',
    )
    written += results.length
  }
  for (const result of await group()) assert(result.status === 'rejected' && result.reason instanceof Unwritable)
  await assert.rejects(
    store.put('a/0', () => VALUE, { expected: 999 }),
    /put "a\/0"/,
  )
  assert.equal(store.revision, 1 + written)
  assert.equal(await store.get(`a/${written}`), undefined)
  assert.equal((await store.range({ start: 'a', end: 'b' })).entries.length, written)
  assert.equal(told.length, written)
  process.stdout.write(String(written))
}
