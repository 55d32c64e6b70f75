/** Opens files of folders in which others may set links: none of them leads out. */
import { constants } from 'node:fs'
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** Undefined when there is no such file, or it lies outside. Links within the folder are followed; `..` goes no higher than the folder. */
export async function openInside(folder: string, path: string): Promise<FileHandle | undefined> {
  try {
    const root = await realpath(folder)
    const isInside = (place: string) => place === root || place.startsWith(`${root}/`)
    const place = await realpath(join(root, posix.join('/', path)))
    if (!isInside(place)) return undefined
    // Without waiting for a writer, should it be a pipe.
    const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK)
    if (isInside(await readlink(`/proc/self/fd/${file.fd}`))) return file
    // A part of the path has become a link meanwhile.
    await file.close()
    return undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
