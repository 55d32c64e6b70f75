/** How one container sees a volume where that is not simply the volume: a part of it, or read-only all the way down. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bindTree, mountsBelow, unmountBelow } from './mount-points.ts'
import { openSubPath } from './sub-path.ts'

export interface ViewWish {
  /** Where the volume stands. */
  readonly root: string
  /** Empty for the whole volume. */
  readonly subPath: string
  readonly isRecursivelyReadOnly: boolean
  /** Where the view is to be mounted. */
  readonly to: string
}

/** The views of one container stand under one folder. */
export const viewsFolder = (podFolder: string, container: string): string => join(podFolder, 'volume-views', container)

/** Those of the container's last run: what it shows may have been replaced since. */
export const removeViews = (folder: string): Promise<void> => (mountsBelow(folder).length ? unmountBelow(folder) : Promise.resolve())

/** Mounts the view. Throws ConfigProblem when the sub path leads out of the volume, and ProgramFailed. */
export async function mountView({ root, subPath, isRecursivelyReadOnly, to }: ViewWish): Promise<void> {
  await using place = await openSubPath(root, subPath)
  const isFolder = (await place.stat()).isDirectory()
  await mkdir(isFolder ? to : dirname(to), { recursive: true, mode: 0o750 })
  if (!isFolder) await writeFile(to, '')
  await bindTree(`/proc/${process.pid}/fd/${place.fd}`, to, { isReadOnly: isRecursivelyReadOnly })
}
