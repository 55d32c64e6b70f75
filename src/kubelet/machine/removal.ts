/** Removes everything of a cluster from the machine, in an order in which nothing holds on to what goes next. */
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import { nft } from '#base/nft.ts'
import { commandLineOf, run } from '#base/processes.ts'
import { findLeftovers, mountsBelow, type Whereabouts } from './leftovers.ts'

const KILL_TIMEOUT_MS = 5_000
const POLL_MS = 20

/** Throws when a mount or process cannot be removed; nothing is deleted through a mount that is still there. */
export async function removeLeftovers(clock: Clock, whereabouts: Whereabouts): Promise<void> {
  const { processes } = await findLeftovers(whereabouts)
  await endProcesses(
    clock,
    processes.map(({ pid }) => pid),
  )
  const { mounts, links, nftTables, cgroups, folders, files } = await findLeftovers(whereabouts)
  // Lazily: a file that someone still has open must not keep the mount.
  for (const { path } of mounts)
    await unlessGone(run(['umount', '--lazy', path]), () => !mountsBelow(whereabouts.root, mountsNow()).some(mount => mount.path === path))
  for (const link of links) await unlessGone(run(['ip', 'link', 'delete', link]), () => !existsSync(`/sys/class/net/${link}`))
  for (const table of nftTables) await nft(['delete', 'table', ...table.split(' ')])
  for (const cgroup of cgroups) await removeCgroup(clock, cgroup)
  for (const cgroup of cgroups) removeIfEmpty(dirname(cgroup))
  const stillMounted = mountsBelow(whereabouts.root, mountsNow())
  if (stillMounted[0]) throw new Error(`remove "${whereabouts.root}": "${stillMounted[0].path}" is still mounted; unmount it and try again`)
  for (const file of files) rmSync(file, { force: true })
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

const mountsNow = (): string => readFileSync('/proc/self/mounts', 'utf8')
/** The kernel itself takes links and mounts away a moment after the namespace or process that held them. */
async function unlessGone(removal: Promise<unknown>, isGone: () => boolean): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!isGone()) throw error
  }
}

async function endProcesses(clock: Clock, pids: readonly number[]): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of pids) if (commandLineOf(pid)) sendSignal(pid, signal)
    const deadline = clock.now() + KILL_TIMEOUT_MS
    while (pids.some(pid => commandLineOf(pid)) && clock.now() < deadline) await wait(clock, POLL_MS)
  }
  const alive = pids.filter(pid => commandLineOf(pid))
  if (alive.length > 0) throw new Error(`end processes ${alive.join(', ')}: still alive ${KILL_TIMEOUT_MS} ms after SIGKILL`)
}
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The kernel lets go of a cgroup a moment after its last process has gone. */
async function removeCgroup(clock: Clock, path: string): Promise<void> {
  const deadline = clock.now() + KILL_TIMEOUT_MS
  for (;;) {
    try {
      if (existsSync(path)) rmdirSync(path)
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return
      if (code !== 'EBUSY' || clock.now() > deadline) throw error
      await wait(clock, POLL_MS)
    }
  }
}
/** The folder above goes when no other cluster has anything in it. */
function removeIfEmpty(path: string): void {
  if (!path.endsWith('/knarr') || !existsSync(path)) return
  try {
    rmdirSync(path)
  } catch (error) {
    if (!['EBUSY', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
