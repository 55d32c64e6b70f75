/** A part of a volume, held open, so that no link which a container sets can lead the node out of the volume. */
import { constants } from 'node:fs'
import { chmod, type FileHandle, mkdir, open, realpath } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ConfigProblem } from '../runtime/environment.ts'

/** Holds a place in the file system without opening what stands there: no device wakes, no pipe waits (open(2); missing in Node's list). */
const O_PATH = 0o10000000

/**
 * Opens a sub path, and makes folders that are missing. Links that stand in the volume are followed as they are now, but only within it;
 * after that no link is followed at all. Throws ConfigProblem. Rules: upstream's pkg/volume/util/subpath.
 */
export async function openSubPath(root: string, subPath: string): Promise<FileHandle> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..'))
    throw new ConfigProblem(`subPath "${subPath}" must be a relative path and must not contain '..'`)
  const problem = (what: string, cause?: unknown) =>
    new ConfigProblem(`failed to prepare subPath for volumeMount: "${subPath}" ${what}`, { cause })
  try {
    const realRoot = await realpath(root)
    const parts = relative(realRoot, await resolved(join(realRoot, subPath))).split('/')
    if (parts[0] === '..') throw problem('leads out of its volume')
    return await walk(realRoot, parts.filter(Boolean))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ELOOP') throw problem('goes through a link that leads nowhere', error)
    if (code === 'ENOTDIR') throw problem('goes through a file', error)
    if (code === 'EROFS') throw problem('is missing in its volume, which is read-only', error)
    throw error
  }
}

/** From the root of the volume, one part after the other. */
async function walk(root: string, parts: readonly string[]): Promise<FileHandle> {
  let place = await open(root, O_PATH)
  try {
    // Like the volume itself, whatever this process's umask says.
    const mode = (await place.stat()).mode & 0o7777
    for (const part of parts) {
      const below = await openBelow(place, part, mode)
      await place.close()
      place = below
      if ((await place.stat()).isSymbolicLink()) throw Object.assign(new Error(`open "${part}": it is a link`), { code: 'ELOOP' })
    }
    return place
  } catch (error) {
    await place.close()
    throw error
  }
}

/** Without links, as far as the path exists. */
async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return join(await resolved(dirname(path)), path.slice(dirname(path).length))
  }
}

/** Through the descriptor: the folder that was looked at is the folder that is used, wherever it has been moved meanwhile. */
async function openBelow(place: FileHandle, part: string, mode: number): Promise<FileHandle> {
  const path = `/proc/self/fd/${place.fd}/${part}`
  const flags = O_PATH | constants.O_NOFOLLOW
  try {
    return await open(path, flags)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  await mkdir(path)
  const made = await open(path, flags | constants.O_DIRECTORY)
  await chmod(`/proc/self/fd/${made.fd}`, mode)
  return made
}
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
