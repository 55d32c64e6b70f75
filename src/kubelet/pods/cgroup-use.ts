/** What a control group uses: memory that the kernel cannot simply drop, and processes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = '/sys/fs/cgroup'

/** In bytes, without what is only kept as long as nobody else needs it; undefined when there is no such group. */
export function workingSetOf(path: string): number | undefined {
  const usage = read('memory', path, ['memory.current', 'memory.usage_in_bytes'])
  const stat = read('memory', path, ['memory.stat'])
  if (usage === undefined || stat === undefined) return undefined
  const idle = Number((/^total_inactive_file (\d+)/m.exec(stat) ?? /^inactive_file (\d+)/m.exec(stat))?.[1] ?? 0)
  return Math.max(0, Number(usage) - idle)
}
/** All memory in bytes, what is only kept for later too; undefined when there is no such group. */
export function usageOf(path: string): number | undefined {
  const usage = read('memory', path, ['memory.current', 'memory.usage_in_bytes'])
  return usage === undefined ? undefined : Number(usage)
}
/** Threads count; undefined when there is no such group. */
export function processesOf(path: string): number | undefined {
  const count = read('pids', path, ['pids.current'])
  return count === undefined ? undefined : Number(count)
}

/** One of the processes in the groups of a pod's containers; undefined when none lives. */
export function processIn(path: string): number | undefined {
  const folder = [join(ROOT, path), join(ROOT, 'pids', path)].find(existsSync)
  if (!folder) return undefined
  const groups = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
  const pids = groups.flatMap(({ name }) => (read('pids', join(path, name), ['cgroup.procs']) ?? '').split('\n').filter(Boolean))
  return pids.length ? Number(pids[0]) : undefined
}

/** The first of the files that there is: version 2 has all controllers in one hierarchy. A group may go while it is read. */
function read(controller: string, path: string, names: readonly string[]): string | undefined {
  const file = [join(ROOT, path), join(ROOT, controller, path)].flatMap(folder => names.map(name => join(folder, name))).find(existsSync)
  try {
    return file && readFileSync(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
