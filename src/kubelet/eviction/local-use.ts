/** What a pod keeps on the disks of its node: what its containers write and log, and the volumes that end with it. */
import { join } from 'node:path'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodContext } from '../pods/context.ts'
import { podLogFolder } from '../runtime/sandbox-config.ts'
import type { ContainerUsage } from '../serve/usage.ts'
import { type DiskUsage, diskUsage, NO_DISK_USAGE, sumOf } from '../volumes/disk-usage.ts'

export interface LocalUse {
  readonly containers: readonly { readonly name: string; readonly written: DiskUsage; readonly logs: DiskUsage }[]
  /** The volumes that end with the pod, by name; those in memory as well, which no disk holds. */
  readonly volumes: ReadonlyMap<string, DiskUsage>
  /** Of these, what lies on a disk. */
  readonly kept: DiskUsage
}
/** `usages` may be of all pods. */
export async function localUse(
  pod: Pod,
  usages: readonly ContainerUsage[],
  { volumes, folders }: Pick<PodContext, 'volumes' | 'folders'>,
): Promise<LocalUse> {
  const paths = volumes.pathsOf(pod)
  const ephemeral = (pod.spec.volumes ?? []).filter(({ name, emptyDir, configMap }) => (emptyDir ?? configMap) && paths.has(name))
  const measured = ephemeral.map(async volume => ({ volume, usage: await diskUsage(paths.get(volume.name) ?? '') }))
  const logFolder = podLogFolder(pod, folders.logs)
  const written = usages.filter(({ podUid }) => podUid === pod.metadata.uid)
  const [own, logs, containers] = await Promise.all([
    Promise.all(measured),
    diskUsage(logFolder),
    Promise.all(
      written.map(async ({ name, writableBytes, writableInodes }) => ({
        name,
        written: { bytes: writableBytes, inodes: writableInodes },
        logs: await diskUsage(join(logFolder, name)),
      })),
    ),
  ])
  const onDisk = own.filter(({ volume }) => !volume.emptyDir?.medium).map(({ usage }) => usage)
  return {
    containers,
    volumes: new Map(own.map(({ volume, usage }) => [volume.name, usage])),
    kept: [logs, ...onDisk].reduce(sumOf, NO_DISK_USAGE),
  }
}
