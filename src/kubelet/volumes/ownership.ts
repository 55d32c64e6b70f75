/** Lets a pod's fsGroup into a volume. Reference: tasks, "Configure a Security Context for a Pod", fsGroup. */
import { chmod, chown, lchown, lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface GroupGrant {
  readonly group: number
  readonly isReadOnly?: boolean
  /** Leave a volume alone whose root is already as it should be. */
  readonly onlyOnMismatch?: boolean
}
const READ_WRITE = 0o660
const READ_ONLY = 0o440
const FOLDER = 0o110
const SET_GROUP = 0o2000

export async function grantGroup(root: string, { group, isReadOnly = false, onlyOnMismatch = false }: GroupGrant): Promise<void> {
  const mask = isReadOnly ? READ_ONLY : READ_WRITE
  if (onlyOnMismatch) {
    const { gid, mode } = await stat(root)
    if (gid === group && (mode & (mask | FOLDER)) === (mask | FOLDER) && (mode & SET_GROUP) !== 0) return
  }
  await grant(root, group, mask)
}

async function grant(path: string, group: number, mask: number): Promise<void> {
  const { mode } = await lstat(path)
  const type = mode & 0o170000
  if (type === 0o120000) return lchown(path, -1, group)
  await chown(path, -1, group)
  const isFolder = type === 0o040000
  await chmod(path, (mode & 0o7777) | mask | (isFolder ? FOLDER | SET_GROUP : 0))
  if (isFolder) for (const name of await readdir(path)) await grant(join(path, name), group, mask)
}
