/** Sub paths: which place is opened, which folders are made, and that nothing leads out of the volume. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSubPath } from './sub-path.ts'

const folder = mkdtempSync(join(tmpdir(), 'knarr-sub-path-'))
after(() => rmSync(folder, { recursive: true }))

const outside = join(folder, 'outside')
const volume = join(folder, 'volume')
mkdirSync(outside)
mkdirSync(join(volume, 'a/b'), { recursive: true })
chmodSync(volume, 0o2770)
writeFileSync(join(volume, 'file'), '')
symlinkSync('a/b', join(volume, 'inside'))
symlinkSync(join(volume, 'a'), join(volume, 'absolute'))
symlinkSync('../outside', join(volume, 'out'))
symlinkSync('../volume', join(volume, 'there-and-back'))
symlinkSync('../outside/none', join(volume, 'dangling'))

const rows: readonly [string, string | RegExp][] = [
  ['', ''],
  ['a/b', 'a/b'],
  ['./a//b/', 'a/b'],
  ['file', 'file'],
  ['inside', 'a/b'],
  ['inside/new/deep', 'a/b/new/deep'],
  ['absolute/b', 'a/b'],
  ['there-and-back/a', 'a'],
  ['new', 'new'],
  ['..', /must not contain '\.\.'/],
  ['a/../..', /must not contain '\.\.'/],
  ['/etc', /must be a relative path/],
  ['out', /leads out of its volume/],
  ['out/new', /leads out of its volume/],
  ['dangling', /a link that leads nowhere/],
  ['dangling/new', /a link that leads nowhere/],
  ['file/below', /goes through a file/],
]
for (const [subPath, expected] of rows)
  test(`sub path "${subPath}" is ${expected instanceof RegExp ? 'refused' : `"${expected}"`}`, async () => {
    if (expected instanceof RegExp) {
      await assert.rejects(openSubPath(volume, subPath), expected)
      return
    }
    await using place = await openSubPath(volume, subPath)
    assert.equal(readlinkSync(`/proc/self/fd/${place.fd}`), join(volume, expected).replace(/\/$/, ''))
  })

test('folders that are made have the mode of the volume, and none is made outside', async () => {
  await using _ = await openSubPath(volume, 'made/for/it')
  for (const path of ['made', 'made/for', 'made/for/it']) assert.equal(statSync(join(volume, path)).mode & 0o7777, 0o2770)
  await assert.rejects(openSubPath(volume, 'out/made'))
  assert.equal(existsSync(join(outside, 'made')), false)
  assert.equal(existsSync(join(outside, 'none')), false)
})
