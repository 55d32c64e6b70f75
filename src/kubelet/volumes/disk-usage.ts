/** What files below a path take on its file system. */
import { run } from '#base/processes.ts'

export interface DiskUsage {
  readonly bytes: number
  readonly inodes: number
}
export const NO_DISK_USAGE: DiskUsage = { bytes: 0, inodes: 0 }
export const sumOf = (a: DiskUsage, b: DiskUsage): DiskUsage => ({ bytes: a.bytes + b.bytes, inodes: a.inodes + b.inodes })

/** Files that vanish meanwhile are no failure, nor is a path that is not there. */
export async function diskUsage(path: string): Promise<DiskUsage> {
  const sum = async (...options: readonly string[]) =>
    Number(await run(['sh', '-c', 'path=$0; du -sx "$@" -- "$path" 2>/dev/null | cut -f1', path, ...options]))
  const [bytes, inodes] = await Promise.all([sum('-B1'), sum('--inodes')])
  return { bytes, inodes }
}
