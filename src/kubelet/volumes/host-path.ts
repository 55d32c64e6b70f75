/** Paths of the node as volumes: checked or made as their type says. */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { VolumeProblem } from './volume-problem.ts'

const KINDS: Readonly<Record<string, { readonly format: number; readonly word: string }>> = {
  Directory: { format: constants.S_IFDIR, word: 'a directory' },
  File: { format: constants.S_IFREG, word: 'a file' },
  Socket: { format: constants.S_IFSOCK, word: 'a socket file' },
  CharDevice: { format: constants.S_IFCHR, word: 'a character device' },
  BlockDevice: { format: constants.S_IFBLK, word: 'a block device' },
}

/** Throws VolumeProblem when the path is not what the type says. Reference: concepts, "Volumes", hostPath. */
export async function prepareHostPath(path: string, type: string): Promise<void> {
  if (type === '') return
  const isMade = type.endsWith('OrCreate') && (await formatOf(path)) === undefined
  if (isMade && type === 'DirectoryOrCreate') return void (await mkdir(path, { recursive: true, mode: 0o755 }))
  if (isMade) {
    await using _: FileHandle = await openNew(path)
    return
  }
  const kind = KINDS[type.replace('OrCreate', '')]
  if (!kind) throw new VolumeProblem(`hostPath type check failed: unknown type "${type}"`)
  if ((await formatOf(path)) !== kind.format) throw new VolumeProblem(`hostPath type check failed: ${path} is not ${kind.word}`)
}
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', 0o644)
  } catch (error) {
    throw new VolumeProblem(`hostPath type check failed: cannot create ${path} in ${dirname(path)}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
async function formatOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & constants.S_IFMT
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
