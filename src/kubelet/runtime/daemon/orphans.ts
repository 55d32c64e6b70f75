/** Removes what a daemon that died in the midst of making a sandbox has left: of such things the next one knows nothing. */
import { existsSync, globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { GrpcClient, method } from '#base/grpc/client.ts'
import { many, message, text, texts } from '#base/grpc/message.ts'
import { commandLineOf, run } from '#base/processes.ts'
import { NAMESPACE_OF_CRI } from '../../images/import.ts'
import { mountsBelow, unmountBelow } from '../../volumes/mount-points.ts'
import { connectRuntime, type Runtime } from '../cri/client.ts'

export interface Orphanage {
  readonly clock: Clock
  readonly log: Log
  /** The daemon's. */
  readonly folder: string
  readonly socket: string
  /** When the daemon was started, in milliseconds since the epoch: what is younger may be in the making. */
  readonly startedAt: number
}

/** The daemon clears up after a shim that is gone and with which it had spoken; after others nobody does. */
const CLEARED_MS = 1_000

const oldOnes = ({ folder, startedAt }: Orphanage, pattern: string): readonly string[] =>
  globSync(join(folder, pattern)).filter(path => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? startedAt) < startedAt)

/** Tasks of containers that are known no more, now and later: they come to light when their sandbox is removed. Throws GrpcError, or ProgramFailed. */
export async function removeOrphanTasks(orphanage: Orphanage): Promise<void> {
  const { clock, log, socket } = orphanage
  const bundles = oldOnes(orphanage, `state/io.containerd.runtime.v2.task/${NAMESPACE_OF_CRI}/*`)
  if (bundles.length === 0) return
  const containers = await containersOf(socket)
  for (const bundle of bundles.filter(path => !containers.has(basename(path)))) {
    log.warn({ bundle }, 'ending what a container runtime that died has left')
    endTask(bundle, socket)
    await wait(clock, CLEARED_MS)
    for (const path of [bundle, bundle.replace('/state/', '/root/')]) {
      await unmountBelow(path)
      rmSync(path, { recursive: true, force: true })
    }
  }
}

/** Network namespaces and addresses that no sandbox has. Throws GrpcError, or ProgramFailed. */
export async function removeOrphanNetworks(orphanage: Orphanage): Promise<void> {
  const { log, socket } = orphanage
  const taken = oldOnes(orphanage, 'ipam/*/*').filter(path => /^[\d.]+$|:/.test(basename(path)))
  const namespaces = oldOnes(orphanage, 'state/io.containerd.grpc.v1.cri/netns/*')
  using runtime = connectRuntime(socket)
  if (taken.length + namespaces.length === 0) return
  const sandboxes = (await runtime.listPodSandbox({})).items.map(({ id }) => id)
  const used = new Set(await Promise.all(sandboxes.map(id => networkOf(id, runtime))))
  for (const path of namespaces.filter(one => !used.has(one))) {
    log.warn({ path }, 'removing a network namespace that a container runtime that died has left')
    // The links go with it.
    if (mountsBelow(path).includes(path)) await run(['umount', '-l', path])
    rmSync(path, { force: true })
  }
  // The file of an address begins with the sandbox that has it. Format: host-local, disk backend.
  for (const path of taken) if (!sandboxes.includes(readFileSync(path, 'utf8').split(/\s/)[0] ?? '')) rmSync(path)
}

function endTask(bundle: string, socket: string): void {
  const id = basename(bundle)
  const isShim = (words: readonly string[]) => words[0]?.includes('containerd-shim') && words.includes(id) && words.includes(socket)
  // Ids of processes are given out again: a process is the container's own when it stands in the container's group.
  const isInside = (pid: number) => existsSync(`/proc/${pid}/cgroup`) && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id)
  const pids = readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)
  for (const pid of pids.filter(one => isShim(commandLineOf(one) ?? []) || isInside(one)))
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}

const Container = message({ id: text(1) })
const LIST = method(
  '/containerd.services.containers.v1.Containers/List',
  message({ filters: texts(1) }),
  message({ containers: many(1, Container) }),
)
async function containersOf(socket: string): Promise<ReadonlySet<string>> {
  using client = new GrpcClient(`unix:${socket}`)
  const { containers } = await client.call(LIST, { filters: [] }, { metadata: { 'containerd-namespace': NAMESPACE_OF_CRI } })
  return new Set(containers.map(({ id }) => id))
}

interface Info {
  readonly runtimeSpec?: { readonly linux?: { readonly namespaces?: readonly { readonly type: string; readonly path?: string }[] } }
}
async function networkOf(podSandboxId: string, runtime: Runtime): Promise<string | undefined> {
  const { info } = await runtime.podSandboxStatus({ podSandboxId, verbose: true })
  const { runtimeSpec } = JSON.parse(info['info'] ?? '{}') as Info
  return runtimeSpec?.linux?.namespaces?.find(({ type }) => type === 'network')?.path
}
