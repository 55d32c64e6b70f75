/** Reads everything that the accounts of this node are made of, and counts what the kubelet itself looks after. */
import type { PodContext } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'
import { existsSync, readFileSync } from 'node:fs'
import type { Pod } from '#kinds/core/pod.ts'
import { localUse } from '../eviction/local-use.ts'
import { readProcesses } from '../eviction/readings.ts'
import { defaultDevice } from '../node/machine.ts'
import { processesOf, processIn } from '../pods/cgroup-use.ts'
import { podCgroup } from '../runtime/sandbox-config.ts'
import { fileSystemOf } from './file-system.ts'
import type { Accounts, MoreAccounts, PodAccounts } from './stats.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import type { ContainerUsage } from './usage.ts'

export interface AccountsWish {
  /** Whether disks, networks and processes are left out, which take longest to read. */
  readonly isBrief: boolean
}
/** Throws GrpcError. */
export async function accountsOf(workers: PodWorkers, context: PodContext, { isBrief }: AccountsWish): Promise<Accounts> {
  const { clock, usage, node, startedAt } = context
  const containers = await usage.containers(context)
  const now = clock.now()
  return {
    nodeName: node.name,
    startedAt,
    now,
    node: usage.node(now),
    memoryBytes: node.memoryCapacityBytes,
    pods: workers.pods,
    containers,
    ...(!isBrief && { more: await moreOf(workers.pods, containers, context) }),
  }
}

async function moreOf(pods: readonly Pod[], containers: readonly ContainerUsage[], context: PodContext): Promise<MoreAccounts> {
  const { runtime, folders } = context
  const { imageFilesystems } = await runtime.imageFsInfo({})
  const imageFolder = imageFilesystems[0]?.fsId?.mountpoint
  const disk = fileSystemOf(folders.pods)
  const { available, capacity } = readProcesses()
  const ofPods = new Map<string, PodAccounts>()
  // One after the other: whoever reads accounts must not take the disks from those who work.
  for (const pod of pods) ofPods.set(pod.metadata.uid ?? '', await podAccounts(pod, containers, context))
  return {
    disk,
    imageDisk: imageFolder !== undefined && existsSync(imageFolder) ? fileSystemOf(imageFolder) : disk,
    swapBytes: swap(),
    processes: { max: capacity, running: capacity - available },
    traffic: ofMachine(trafficOf('self'), defaultDevice()),
    pods: ofPods,
  }
}

async function podAccounts(pod: Pod, containers: readonly ContainerUsage[], context: PodContext): Promise<PodAccounts> {
  const group = podCgroup(pod, context.node.cgroupRoot)
  const process = pod.spec.hostNetwork ? undefined : processIn(group)
  const paths = context.volumes.pathsOf(pod)
  return {
    use: await localUse(pod, containers, context),
    claims: (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) => {
      const path = paths.get(name)
      return persistentVolumeClaim && path && existsSync(path)
        ? [{ name, claim: persistentVolumeClaim.claimName, disk: fileSystemOf(path) }]
        : []
    }),
    processes: processesOf(group),
    traffic: process === undefined ? [] : trafficOf(process),
  }
}

/** The main one first; without the node's ends of the links of its pods. */
const ofMachine = (traffic: readonly Traffic[], main: string | undefined): readonly Traffic[] =>
  traffic.filter(({ name }) => !name.startsWith('veth')).toSorted((a, b) => Number(b.name === main) - Number(a.name === main))

function swap(): MoreAccounts['swapBytes'] {
  const meminfo = readFileSync('/proc/meminfo', 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024
  return { available: bytes('SwapFree'), used: bytes('SwapTotal') - bytes('SwapFree') }
}

/** Prometheus' text format; names as upstream's. */
export function ownMetrics(workers: PodWorkers, { observer, node, series }: PodContext): string {
  const observed = [...observer.pods.values()]
  const phases = { created: 0, running: 0, exited: 0, unknown: 0 }
  for (const { containers } of observed) for (const { phase } of containers) phases[phase]++
  const running = observed.filter(({ sandboxes }) => sandboxes.some(({ isReady }) => isReady)).length
  return [
    '# HELP kubelet_node_name The name of the node\n# TYPE kubelet_node_name gauge\n',
    `kubelet_node_name{node="${node.name}"} 1\n`,
    '# HELP kubelet_running_pods Pods that have a running sandbox\n# TYPE kubelet_running_pods gauge\n',
    `kubelet_running_pods ${running}\n`,
    '# HELP kubelet_desired_pods Pods that the API wants here\n# TYPE kubelet_desired_pods gauge\n',
    `kubelet_desired_pods ${workers.pods.length}\n`,
    '# HELP kubelet_running_containers Containers by state\n# TYPE kubelet_running_containers gauge\n',
    ...Object.entries(phases).map(([phase, count]) => `kubelet_running_containers{container_state="${phase}"} ${count}\n`),
    series.text(),
  ].join('')
}
