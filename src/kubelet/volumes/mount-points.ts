/** Mounts of this machine: made, listed and taken away. */
import { readFileSync } from 'node:fs'
import { run } from '#base/processes.ts'

/** Throws ProgramFailed. */
export const mountTmpfs = (path: string, options: readonly string[]): Promise<string> =>
  run(['mount', '-t', 'tmpfs', ...(options.length ? ['-o', options.join(',')] : []), 'tmpfs', path])
/** `pageSize` as mount(8) takes it. */
export const mountHugePages = (path: string, pageSize: string): Promise<string> =>
  run(['mount', '-t', 'hugetlbfs', '-o', `pagesize=${pageSize}`, 'nodev', path])
export const mountNfs = (from: string, to: string): Promise<string> => run(['mount', '-t', 'nfs', from, to])

/** Makes a folder a mount of its own from which mounts spread to its copies. */
export async function shareMount(path: string): Promise<void> {
  if (!mountsBelow(path).includes(path)) await run(['mount', '--bind', path, path])
  await run(['mount', '--make-rshared', path])
}

/** Shows a place with all that is mounted below it elsewhere. The place may be a descriptor: it is taken as it is, links are not followed. */
export async function bindTree(from: string, to: string, { isReadOnly }: { readonly isReadOnly: boolean }): Promise<void> {
  await run(['mount', '--no-canonicalize', '--rbind', '--make-rprivate', from, to])
  if (!isReadOnly) return
  for (const { point, options } of mountTable().filter(({ point }) => isBelow(point, to)))
    await run(['mount', '-o', ['remount', 'bind', 'ro', ...options.filter(option => option !== 'rw' && option !== 'ro')].join(','), point])
}

interface MountPoint {
  readonly point: string
  /** Those of the mount itself, not of its file system: `rw`, `nosuid`, `noexec`. */
  readonly options: readonly string[]
}
const isBelow = (point: string, path: string): boolean => point === path || point.startsWith(`${path}/`)

/** Format: proc_pid_mountinfo(5). */
function mountTable(): readonly MountPoint[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' '))
    .map(([, , , , point = '', options = '']) => ({ point: unescaped(point), options: options.split(',') }))
}
/** Blanks in paths are written as \040 and so on. */
const unescaped = (path: string) => path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Mount points at or below a path, deepest and newest first. */
export const mountsBelow = (path: string): readonly string[] =>
  mountTable()
    .map(({ point }) => point)
    .filter(point => isBelow(point, path))
    .reverse()

export async function unmountBelow(path: string): Promise<void> {
  for (const point of mountsBelow(path)) await run(['umount', '-l', point])
}
