/** What a file system holds and has left, as accounts tell it. */
import { statfsSync } from 'node:fs'

export interface FileSystem {
  readonly availableBytes: number
  readonly capacityBytes: number
  readonly usedBytes: number
  readonly inodesFree: number
  readonly inodes: number
  readonly inodesUsed: number
}
/** Of the one on which `path` lies. Throws when there is no such path. */
export function fileSystemOf(path: string): FileSystem {
  const { bsize, blocks, bavail, bfree, files, ffree } = statfsSync(path)
  return {
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodesFree: ffree,
    inodes: files,
    inodesUsed: files - ffree,
  }
}
