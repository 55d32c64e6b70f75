/** Writes a set of files so that readers see all of the old or all of the new: a folder per version, one symbolic link to the present one. */
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { grantGroup } from './ownership.ts'
import type { Payload } from './payload.ts'

const DATA = '..data'
const DATA_NEXT = '..data_tmp'

export interface AtomicWrite {
  readonly folder: string
  readonly payload: Payload
  /** Group that may read the files. */
  readonly group?: number
}

/**
 * Brings the folder to hold exactly these files; nothing is touched when it does already. True when something changed.
 * Layout as upstream's (pkg/volume/util/atomic_writer.go), which programs that watch `..data` rely on.
 */
export async function writeAtomically({ folder, payload, group }: AtomicWrite): Promise<boolean> {
  const version = `..${versionOf(payload)}`
  const before = await linkOf(join(folder, DATA))
  if (before === version) return false
  const next = join(folder, version)
  await rm(next, { recursive: true, force: true })
  await mkdir(next, { recursive: true })
  await chmod(next, 0o755)
  for (const [path, { bytes, mode, uid }] of payload) {
    const file = join(next, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
    await chmod(file, mode)
    if (uid !== undefined) await chown(file, uid, -1)
  }
  if (group !== undefined) await grantGroup(next, { group, isReadOnly: true })
  await rm(join(folder, DATA_NEXT), { force: true })
  await symlink(version, join(folder, DATA_NEXT))
  await rename(join(folder, DATA_NEXT), join(folder, DATA))
  await showNames(folder, payload)
  if (before) await rm(join(folder, before), { recursive: true, force: true })
  return true
}

/** What is seen in the volume's root are links through `..data`, one per file or top folder. */
async function showNames(folder: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map(path => path.split('/')[0] as string))
  for (const name of await readdir(folder)) if (!name.startsWith('..') && !wanted.delete(name)) await unlink(join(folder, name))
  for (const name of wanted) await symlink(join(DATA, name), join(folder, name))
}

async function linkOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function versionOf(payload: Payload): string {
  const hash = createHash('sha256')
  for (const [path, { bytes, mode, uid }] of [...payload].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${mode}\0${uid ?? ''}\0${bytes.length}\0`).update(bytes)
  return hash.digest('hex').slice(0, 20)
}
