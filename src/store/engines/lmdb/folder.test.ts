/** What is said when a folder cannot be opened: action, cause, state, cure. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { VirtualClock } from '#base/clock.ts'
import { openLmdb } from './engine.ts'
import { Unopenable } from './folder.ts'

const clock = new VirtualClock()
const open = (path: string) => openLmdb({ path, clock })
const refuses = (path: string, ...words: readonly RegExp[]) =>
  assert.rejects(open(path), (error: unknown) => {
    assert(error instanceof Unopenable, String(error))
    for (const word of [new RegExp(`^open the store in "${path}": `), ...words]) assert.match(error.message, word)
    return true
  })
const filled = async (path: string, entries = 1) => {
  await using store = await open(path)
  await Promise.all(Array.from({ length: entries }, (_, i) => store.put(`k${i}`, () => Buffer.alloc(3_000, 'v'))))
}

if (process.argv[2] === 'open') {
  await using store = await open(process.argv[3] as string).catch((error: Error) => {
    process.stdout.write(error.message)
    return { [Symbol.asyncDispose]: async () => {} }
  })
  void store
} else {
  const rows: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    [
      'a folder that this process has open',
      async path => {
        await using store = await open(path)
        await refuses(path, /this process has it open already; close it first/)
        await store.put('a', () => Buffer.from('1'))
      },
    ],
    [
      'a folder that another process has open',
      async path => {
        await using store = await open(path)
        await store.put('a', () => Buffer.from('1'))
        const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, 'open', path])
        assert.match(stdout, new RegExp(`process ${process.pid} has it open; stop that process, or choose another folder`))
        await store.put('a', () => Buffer.from('2'))
      },
    ],
    [
      'a path below a file',
      async path => {
        writeFileSync(path, '')
        await refuses(join(path, 'store'), /it cannot be used \(.*ENOTDIR.*\); give this user the right .* or choose another folder/)
      },
    ],
    [
      'a file that is no store',
      async path => {
        mkdirSync(path)
        writeFileSync(join(path, 'data.mdb'), Buffer.alloc(64 << 10, 'no store'))
        await refuses(path, /damaged, or is no store \(it does not begin as .*\); restore the folder from a backup, or move it away/)
      },
    ],
    [
      'a file that was cut off',
      async path => {
        await filled(path, 200)
        const file = join(path, 'data.mdb')
        truncateSync(file, readFileSync(file).length >> 1)
        // In a process of its own: LMDB itself writes to the terminal what it stumbles on.
        const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, 'open', path])
        assert.match(stdout, /open the store in ".*": .*damaged.*; restore the folder from a backup/)
      },
    ],
  ]
  for (const [rule, check] of rows)
    test(`refuses ${rule}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'knarr-folder-'))
      try {
        await check(join(folder, 'store'))
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
}
