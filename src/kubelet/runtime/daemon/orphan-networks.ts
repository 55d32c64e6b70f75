/** Network namespaces and addresses that a daemon left which died in the midst of making a sandbox: no sandbox has them. */
import { globSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Log } from '#base/log.ts'
import { run } from '#base/processes.ts'
import { mountsBelow } from '../../volumes/mount-points.ts'
import { connectRuntime, type Runtime } from '../cri/client.ts'
import { type Aged, isOld } from './age.ts'

export interface Networks extends Aged {
  readonly log: Log
  /** The daemon's. */
  readonly folder: string
  readonly socket: string
}

/** Removes them. Throws GrpcError, or ProgramFailed. */
export async function removeOrphanNetworks({ log, folder, socket, startedAt }: Networks): Promise<void> {
  const oldOnes = (pattern: string) => globSync(join(folder, pattern)).filter(path => isOld(path, { startedAt }))
  const addresses = oldOnes('ipam/*/*').filter(path => /^[\d.]+$|:/.test(basename(path)))
  const namespaces = oldOnes('state/io.containerd.grpc.v1.cri/netns/*')
  if (addresses.length + namespaces.length === 0) return
  using runtime = connectRuntime(socket)
  const sandboxes = (await runtime.listPodSandbox({})).items.map(({ id }) => id)
  const used = new Set(await Promise.all(sandboxes.map(id => networkOf(id, runtime))))
  for (const path of namespaces.filter(one => !used.has(one))) {
    log.warn({ path }, 'removing a network namespace that a container runtime which died has left')
    // The links go with it.
    if (mountsBelow(path).includes(path)) await run(['umount', '-l', path])
    rmSync(path, { force: true })
  }
  // The file of an address begins with the sandbox that has it. Format: host-local, disk backend.
  for (const path of addresses) if (!sandboxes.includes(readFileSync(path, 'utf8').split(/\s/)[0] ?? '')) rmSync(path)
}

interface Info {
  readonly runtimeSpec?: { readonly linux?: { readonly namespaces?: readonly { readonly type: string; readonly path?: string }[] } }
}
async function networkOf(podSandboxId: string, runtime: Runtime): Promise<string | undefined> {
  const { info } = await runtime.podSandboxStatus({ podSandboxId, verbose: true })
  const { runtimeSpec } = JSON.parse(info['info'] ?? '{}') as Info
  return runtimeSpec?.linux?.namespaces?.find(({ type }) => type === 'network')?.path
}
