/** Tasks that a daemon left which died in the midst of its work: of their containers the next one knows nothing. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { commandLineOf, startTicksOf } from '#base/processes.ts'
import { NAMESPACE_OF_CRI } from '../../images/import.ts'
import { unmountBelow } from '../../volumes/mount-points.ts'
import { containersOf } from './containerd.ts'
import { type Aged, isOld } from './age.ts'

export interface Bereaved extends Aged {
  readonly clock: Clock
  readonly log: Log
  /** The daemon's. */
  readonly folder: string
  readonly socket: string
  readonly pid: number
}

/** The daemon clears up after a shim that is gone and with which it had spoken; after others nobody does. */
const CLEARED_MS = 1_000

/** Ends them. They come to light bit by bit, as sandboxes are removed. Throws GrpcError, or ProgramFailed. */
export async function removeOrphanTasks({ clock, log, folder, socket, pid, startedAt }: Bereaved): Promise<void> {
  const bundles = join(folder, 'state/io.containerd.runtime.v2.task', NAMESPACE_OF_CRI)
  const daemonTicks = startTicksOf(pid) ?? 0
  const shims = shimsOf(socket).filter(shim => (startTicksOf(shim.pid) ?? daemonTicks) < daemonTicks)
  const old = new Set([
    // One that is being deleted has a dot before its name.
    ...(existsSync(bundles) ? readdirSync(bundles) : []).filter(name => isOld(join(bundles, name), { startedAt })),
    ...shims.map(({ id }) => id),
  ])
  if (old.size === 0) return
  const containers = await containersOf(socket)
  for (const id of old) {
    if (containers.has(id)) continue
    log.warn({ container: id }, 'ending what a container runtime that died has left')
    // Ids of processes are given out again: a process is the container's own when it stands in the container's group.
    for (const pid of [...processes().filter(one => isInside(one, id)), ...shims.filter(shim => shim.id === id).map(shim => shim.pid)])
      kill(pid)
    await wait(clock, CLEARED_MS)
    for (const path of [join(bundles, id), join(bundles.replace('/state/', '/root/'), id)]) {
      await unmountBelow(path)
      rmSync(path, { recursive: true, force: true })
    }
  }
}

const processes = (): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
const isInside = (pid: number, id: string): boolean =>
  existsSync(`/proc/${pid}/cgroup`) && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${id}`)
/** Command line: containerd-shim-runc-v2 -namespace … -id … -address … */
const shimsOf = (socket: string) =>
  processes().flatMap(pid => {
    const words = commandLineOf(pid) ?? []
    const id = words[words.indexOf('-id') + 1]
    return words[0]?.includes('containerd-shim') && words.includes(socket) && id ? [{ pid, id }] : []
  })

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
