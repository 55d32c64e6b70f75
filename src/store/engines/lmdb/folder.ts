/** The store's folder: opens LMDB in it for this process alone, or says what is in the way and what to do. */
import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { inspect } from './header.ts'

/** The store cannot be opened: the folder is in use, not writable, or holds something else. */
export class Unopenable extends Error {
  override readonly name = 'Unopenable'
}

export interface Folder {
  readonly path: string
  readonly root: RootDatabase<Buffer, Buffer>
  /** The file had to be lengthened: read it through before it is used. */
  readonly isShort: boolean
}

/** The name that LMDB gives its file. */
export const DATA_FILE = 'data.mdb'

/** Folders that this process has open. LMDB would share them, and two writers would give out the same revisions. */
const ours = new Set<string>()

/** Most Kubernetes objects then share a page with others instead of taking whole pages beside the tree: a quarter more writes per second than with 4 KiB. */
const PAGE_BYTES = 8_192

/** More tables than the store has; LMDB reserves a few bytes for each. */
const TABLES_MAX = 16

/** @throws Unopenable */
export function openFolder(path: string): Folder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const real = realpathSync(path)
    if (ours.has(real)) throw unopenable(path, 'this process has it open already', 'close it first')
    const { damage, isShort } = inspect(join(real, DATA_FILE))
    if (damage) throw unopenable(path, `${DATA_FILE} is damaged, or is no store (${damage})`, RESTORE)
    const root = open<Buffer, Buffer>({
      path: real,
      // Also where the folder's name has a dot.
      noSubdir: false,
      maxDbs: TABLES_MAX,
      pageSize: PAGE_BYTES,
      compression: false,
      keyEncoding: 'binary',
      encoding: 'binary',
      // A commit is seen only after it has been flushed; lmdb's default shows it before.
      overlappingSync: false,
      // The ledger groups the writes itself; lmdb's own grouping makes promises that nobody can catch when a commit fails.
      eventTurnBatching: false,
    })
    ours.add(real)
    return { path: real, root, isShort }
  } catch (error) {
    throw unopenable(path, error)
  }
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

/** Says why a folder cannot be opened and what to do; of an error, what that means. An Unopenable stays as it is. */
export function unopenable(path: string, state: unknown, cure?: string): Unopenable {
  if (state instanceof Unopenable) return state
  if (cure) return new Unopenable(`open the store in "${path}": ${String(state)}; ${cure}`)
  const message = state instanceof Error ? state.message : String(state)
  const [means, then] = /\bMDB_/.test(message)
    ? [`${DATA_FILE} is damaged, or is no store (${message})`, RESTORE]
    : [`it cannot be used (${message})`, 'give this user the right to write there and the disk some room, or choose another folder']
  return new Unopenable(`open the store in "${path}": ${means}; ${then}`, { cause: state })
}
const RESTORE = 'restore the folder from a backup, or move it away to begin with an empty store'
