/** The store's folder: opens LMDB in it for this process alone, or says what is in the way and what to do. */
import { mkdirSync, realpathSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'

/** The store cannot be opened: the folder is in use, not writable, or holds something else. */
export class Unopenable extends Error {
  override readonly name = 'Unopenable'
}

export interface Folder {
  readonly path: string
  readonly root: RootDatabase<Buffer, Buffer>
}

/** Folders that this process has open. LMDB would share them, and two writers would give out the same revisions. */
const ours = new Set<string>()

/** More tables than the store has; LMDB reserves a few bytes for each. */
const TABLES_MAX = 16

/** @throws Unopenable */
export function openFolder(path: string): Folder {
  const fail = (state: string, cure: string, cause?: unknown) => new Unopenable(`open the store in "${path}": ${state}; ${cure}`, { cause })
  let real: string
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    real = realpathSync(path)
  } catch (error) {
    throw fail(
      `the folder cannot be made (${messageOf(error)})`,
      'choose another folder, or give this user the right to write there',
      error,
    )
  }
  if (ours.has(real)) throw fail('this process has it open already', 'close it first')
  let root: RootDatabase<Buffer, Buffer>
  try {
    root = open<Buffer, Buffer>({
      path: real,
      // Also where the folder's name has a dot.
      noSubdir: false,
      maxDbs: TABLES_MAX,
      compression: false,
      keyEncoding: 'binary',
      encoding: 'binary',
      // A commit is seen only after it has been flushed; lmdb's default shows it before.
      overlappingSync: false,
    })
  } catch (error) {
    throw fail(...reasonOf(error), error)
  }
  ours.add(real)
  return { path: real, root }
}

export async function closeFolder({ path, root }: Folder): Promise<void> {
  await root.close()
  ours.delete(path)
}

/** Every open store holds a read transaction, so LMDB's table of readers names the process. Readers that died are not counted. */
export function otherProcess(root: RootDatabase): number | undefined {
  root.readerCheck()
  const pids = [...root.readerList().matchAll(/^\s*(\d+) /gm)].map(([, pid]) => Number(pid))
  return pids.find(pid => pid !== process.pid)
}

function reasonOf(error: unknown): [state: string, cure: string] {
  const message = messageOf(error)
  if (/MDB_(INVALID|CORRUPTED|PAGE_NOTFOUND|VERSION_MISMATCH)/.test(message))
    return [
      `what is there is damaged, or is no store (${message})`,
      'restore the folder from a backup, or move it away to begin with an empty store',
    ]
  return [`it cannot be used (${message})`, 'see that the disk has room and that this user may write there']
}
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
