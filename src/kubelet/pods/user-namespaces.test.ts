/** Blocks of ids for pods with users of their own. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { UserNamespaces } from './user-namespaces.ts'

const podsFolder = mkdtempSync(join(tmpdir(), 'knarr-userns-'))
after(() => rmSync(podsFolder, { recursive: true }))
const first = async (spaces: UserNamespaces, uid: string) => (await spaces.of(uid))[0].hostId

test('each pod has a block of its own, keeps it over a restart, and leaves it with its folder', async () => {
  const spaces = new UserNamespaces({ podsFolder, podsMax: 2 })
  assert.deepEqual(await Promise.all([first(spaces, 'a'), first(spaces, 'b'), first(spaces, 'a')]), [65_536, 131_072, 65_536])
  await assert.rejects(spaces.of('c'), /could not find an empty slot/)
  rmSync(join(podsFolder, 'a'), { recursive: true })
  const later = new UserNamespaces({ podsFolder, podsMax: 2 })
  assert.deepEqual([await first(later, 'c'), await first(later, 'b')], [65_536, 131_072])
})
