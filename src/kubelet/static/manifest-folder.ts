/** The folder of manifests, or a single one, followed: all are told at the start and whenever one of them changes. */
import { watch } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'

export interface FollowOptions {
  /** May be a file as well. */
  readonly folder: string
  readonly clock: Clock
  /** Texts by file name. */
  readonly told: (files: ReadonlyMap<string, string>) => void
  /** The folder or a file of it cannot be read; it is tried again. */
  readonly failed: (error: unknown) => void
  readonly signal: AbortSignal
}
/** File systems may not tell of changes, so the folder is also looked at this often. Upstream: fileCheckFrequency. */
const LOOK_MS = 20_000
/** Whoever writes a file does so in several steps. */
const SETTLE_MS = 50
/** What the API takes for one object; more is no pod. */
const FILE_BYTES_MAX = 3 * 1024 * 1024

/** Follows until `signal` aborts. A folder that cannot be read says nothing, so that nothing ends for it. */
export async function followManifests({ folder, clock, told, failed, signal }: FollowOptions): Promise<void> {
  while (!signal.aborted) {
    const change = new AbortController()
    try {
      // It looks before the files are read, so that no change falls between.
      using _watcher = watching(folder, () => change.abort())
      told(await readManifests(folder))
      await wait(clock, LOOK_MS, AbortSignal.any([signal, change.signal]))
    } catch (error) {
      failed(error)
      await wait(clock, LOOK_MS, signal)
    }
    if (change.signal.aborted) await wait(clock, SETTLE_MS, signal)
  }
}
function watching(folder: string, changed: () => void): Disposable {
  const watcher = watch(folder, { persistent: false }, changed)
  // The next look opens another one, or fails with the reason.
  watcher.on('error', changed)
  return { [Symbol.dispose]: () => watcher.close() }
}

async function readManifests(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const path of await pathsIn(folder)) {
    const name = basename(path)
    try {
      const { size, isFile } = await stat(path).then(found => ({ size: found.size, isFile: found.isFile() }))
      if (isFile && size <= FILE_BYTES_MAX) files.set(name, await readFile(path, 'utf8'))
    } catch (error) {
      // It went away between being listed and being read.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return files
}
/** Hidden files are those that editors leave while they write. */
async function pathsIn(folder: string): Promise<readonly string[]> {
  if (!(await stat(folder)).isDirectory()) return [folder]
  return (await readdir(folder)).filter(name => !name.startsWith('.')).map(name => join(folder, name))
}
