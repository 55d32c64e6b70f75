/** What each pod uses of that of which the node is short. Measured under pressure only, since looking at disks takes time. */
import type { Pod } from '#kinds/core/pod.ts'
import { processesOf, workingSetOf } from '../pods/cgroup-use.ts'
import type { PodContext } from '../pods/context.ts'
import { podCgroup } from '../runtime/sandbox-config.ts'
import type { ContainerUsage } from '../serve/usage.ts'
import { localUse } from './local-use.ts'
import type { Signal, Starved } from './signals.ts'
import type { Candidate, ContainerUse } from './victims.ts'

export interface Shortage {
  readonly signal: Signal
  readonly resource: Starved
  /** Whether images, and what containers write, lie on another disk than volumes and logs. */
  readonly isImageDiskDedicated: boolean
}
export interface PodUse extends Candidate {
  readonly containers: readonly ContainerUse[]
}

/** Throws GrpcError. */
export async function podUses(pods: readonly Pod[], shortage: Shortage, context: PodContext): Promise<readonly PodUse[]> {
  const all = await context.usage.containers(context)
  return Promise.all(
    pods.map(async pod => {
      const own = all.filter(({ podUid }) => podUid === pod.metadata.uid)
      return { pod, used: await podUse(pod, own, shortage, context), containers: containerUses(own, shortage) }
    }),
  )
}

async function podUse(
  pod: Pod,
  containers: readonly ContainerUsage[],
  shortage: Shortage,
  context: PodContext,
): Promise<number | undefined> {
  const group = podCgroup(pod, context.node.cgroupRoot)
  switch (shortage.resource) {
    case 'memory':
      return workingSetOf(group) ?? (containers.length ? sum(containers, ({ workingSetBytes }) => workingSetBytes) : undefined)
    case 'pids':
      return processesOf(group)
    case 'ephemeral-storage':
    case 'inodes':
      return onDisk(pod, containers, shortage, context)
  }
}

async function onDisk(
  pod: Pod,
  containers: readonly ContainerUsage[],
  { signal, resource, isImageDiskDedicated }: Shortage,
  context: PodContext,
): Promise<number> {
  const what = resource === 'inodes' ? 'inodes' : 'bytes'
  const use = await localUse(pod, containers, context)
  const written = sum(use.containers, container => container.written[what])
  if (!isImageDiskDedicated) return use.kept[what] + written
  return signal.startsWith('imagefs.') ? written : use.kept[what]
}

const containerUses = (containers: readonly ContainerUsage[], { resource }: Shortage): readonly ContainerUse[] =>
  resource === 'memory'
    ? containers.map(({ name, workingSetBytes }) => ({ name, used: workingSetBytes }))
    : resource === 'ephemeral-storage'
      ? containers.map(({ name, writableBytes }) => ({ name, used: writableBytes }))
      : []
const sum = <T>(items: readonly T[], read: (item: T) => number): number => items.reduce((total, item) => total + read(item), 0)
