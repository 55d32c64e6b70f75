/** The kubelet's accounts: the stats summary and the metrics of resources. Format: kubelet, stats/v1alpha1 and /metrics/resource. */
import { timestamp } from '#base/clock.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { LocalUse } from '../eviction/local-use.ts'
import { type DiskUsage, NO_DISK_USAGE, sumOf } from '../volumes/disk-usage.ts'
import type { FileSystem } from './file-system.ts'
import type { Traffic } from './traffic.ts'
import type { ContainerUsage, Usage } from './usage.ts'

export interface Accounts {
  readonly nodeName: string
  readonly startedAt: number
  readonly now: number
  readonly node: Usage
  readonly memoryBytes: number
  readonly pods: readonly Pod[]
  readonly containers: readonly ContainerUsage[]
  /** Of disks, networks and processes; absent when only CPU and memory are asked for. */
  readonly more?: MoreAccounts
}
export interface MoreAccounts {
  /** Holds volumes and logs. */
  readonly disk: FileSystem
  /** Holds images and what containers write. */
  readonly imageDisk: FileSystem
  readonly swapBytes: { readonly available: number; readonly used: number }
  readonly processes: { readonly max: number; readonly running: number }
  /** The machine's main interface comes first. */
  readonly traffic: readonly Traffic[]
  /** By UID. */
  readonly pods: ReadonlyMap<string, PodAccounts>
}
export interface PodAccounts {
  readonly use: LocalUse
  readonly claims: readonly { readonly name: string; readonly claim: string; readonly disk: FileSystem }[]
  readonly processes: number | undefined
  /** None on the network of the node. */
  readonly traffic: readonly Traffic[]
}

const cpu = (time: string, { cpuNanoCores, cpuNanoseconds }: Usage) => ({
  time,
  ...(cpuNanoCores !== undefined && { usageNanoCores: cpuNanoCores }),
  usageCoreNanoSeconds: cpuNanoseconds,
})
const memory = (time: string, { usageBytes, workingSetBytes, rssBytes }: Usage) => ({ time, usageBytes, workingSetBytes, rssBytes })
/** A part of a file system. */
const part = (time: string, disk: FileSystem, { bytes, inodes }: DiskUsage) => ({ time, ...disk, usedBytes: bytes, inodesUsed: inodes })
const network = (time: string, [main, ...others]: readonly Traffic[]) =>
  main && { network: { time, ...main, interfaces: [main, ...others] } }

export function summary(accounts: Accounts) {
  const { nodeName, startedAt, now, node, memoryBytes, pods, containers, more } = accounts
  const time = timestamp(now)
  return {
    node: {
      nodeName,
      startTime: timestamp(startedAt),
      cpu: cpu(time, node),
      memory: { ...memory(time, node), availableBytes: memoryBytes - node.workingSetBytes },
      ...(more && {
        ...network(time, more.traffic),
        fs: { time, ...more.disk },
        runtime: { imageFs: { time, ...more.imageDisk }, containerFs: { time, ...more.imageDisk } },
        rlimit: { time, maxpid: more.processes.max, curproc: more.processes.running },
        swap: { time, swapAvailableBytes: more.swapBytes.available, swapUsageBytes: more.swapBytes.used },
      }),
    },
    pods: pods.flatMap(pod => {
      const own = containers.filter(({ podUid }) => podUid === pod.metadata.uid)
      return own.length ? [podSummary(pod, own, accounts)] : []
    }),
  }
}

function podSummary(pod: Pod, own: readonly ContainerUsage[], { now, more }: Accounts) {
  const { name, namespace, uid = '' } = pod.metadata
  const time = timestamp(now)
  const accounts = more?.pods.get(uid)
  const written = own.reduce(
    (sum, { writableBytes, writableInodes }) => sumOf(sum, { bytes: writableBytes, inodes: writableInodes }),
    NO_DISK_USAGE,
  )
  return {
    podRef: { name, namespace, uid },
    startTime: pod.status.startTime,
    containers: own.map(usage => {
      const at = timestamp(usage.at)
      const logs = accounts?.use.containers.find(container => container.name === usage.name)?.logs
      const rootfs = { bytes: usage.writableBytes, inodes: usage.writableInodes }
      return {
        name: usage.name,
        startTime: startOf(pod, usage.name),
        cpu: cpu(at, usage),
        memory: memory(at, usage),
        rootfs: more ? part(at, more.imageDisk, rootfs) : { time: at, usedBytes: rootfs.bytes },
        ...(more && logs && { logs: part(at, more.disk, logs) }),
      }
    }),
    cpu: cpu(time, total(own)),
    memory: memory(time, total(own)),
    ...(more && accounts
      ? {
          ...network(time, accounts.traffic),
          volume: [
            ...[...accounts.use.volumes].map(([volume, usage]) => ({ ...part(time, more.disk, usage), name: volume })),
            ...accounts.claims.map(({ name: volume, claim, disk }) => ({
              time,
              ...disk,
              name: volume,
              pvcRef: { name: claim, namespace },
            })),
          ],
          'ephemeral-storage': part(time, more.disk, sumOf(written, accounts.use.kept)),
          ...(accounts.processes !== undefined && { process_stats: { process_count: accounts.processes } }),
        }
      : { 'ephemeral-storage': { time, usedBytes: written.bytes } }),
  }
}
const startOf = ({ status }: Pod, container: string) =>
  [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(({ name }) => name === container)?.state.running
    ?.startedAt

function total(usages: readonly Usage[]): Usage {
  const sum = (read: (usage: Usage) => number) => usages.reduce((all, usage) => all + read(usage), 0)
  const hasRates = usages.every(({ cpuNanoCores }) => cpuNanoCores !== undefined)
  return {
    cpuNanoseconds: sum(({ cpuNanoseconds }) => cpuNanoseconds),
    cpuNanoCores: hasRates ? sum(({ cpuNanoCores }) => cpuNanoCores ?? 0) : undefined,
    workingSetBytes: sum(({ workingSetBytes }) => workingSetBytes),
    usageBytes: sum(({ usageBytes }) => usageBytes),
    rssBytes: sum(({ rssBytes }) => rssBytes),
  }
}

/** Prometheus' text format. */
export function resourceMetrics({ node, pods, containers, now }: Accounts): string {
  const byUid = new Map(pods.map(pod => [pod.metadata.uid, pod]))
  const known = containers.flatMap(usage => {
    const pod = byUid.get(usage.podUid)
    return pod ? [{ usage, pod, labels: `container="${usage.name}",namespace="${pod.metadata.namespace}",pod="${pod.metadata.name}"` }] : []
  })
  const ofPods = [...Map.groupBy(known, ({ pod }) => pod)].map(([{ metadata }, own]) => ({
    labels: `namespace="${metadata.namespace}",pod="${metadata.name}"`,
    usage: { ...total(own.map(({ usage }) => usage)), at: now },
  }))
  const seconds = ({ cpuNanoseconds }: Usage) => cpuNanoseconds / 1e9
  const workingSet = ({ workingSetBytes }: Usage) => workingSetBytes
  const all = [{ labels: '', usage: { ...node, at: now } }]
  return [
    family({ name: 'node_cpu_usage_seconds_total', type: 'counter', help: 'CPU time used by the node, in seconds' }, all, seconds),
    family({ name: 'node_memory_working_set_bytes', type: 'gauge', help: 'Working set of the node, in bytes' }, all, workingSet),
    family(
      { name: 'container_cpu_usage_seconds_total', type: 'counter', help: 'CPU time used by the container, in seconds' },
      known,
      seconds,
    ),
    family(
      { name: 'container_memory_working_set_bytes', type: 'gauge', help: 'Working set of the container, in bytes' },
      known,
      workingSet,
    ),
    starts(known),
    family({ name: 'pod_cpu_usage_seconds_total', type: 'counter', help: 'CPU time used by the pod, in seconds' }, ofPods, seconds),
    family({ name: 'pod_memory_working_set_bytes', type: 'gauge', help: 'Working set of the pod, in bytes' }, ofPods, workingSet),
    'resource_scrape_error 0\n',
  ].join('')
}
/** Collectors tell by it whether a counter has begun anew. */
function starts(known: readonly { readonly usage: ContainerUsage; readonly pod: Pod; readonly labels: string }[]): string {
  const lines = known.flatMap(({ usage, pod, labels }) => {
    const start = startOf(pod, usage.name)
    return start === undefined ? [] : [`container_start_time_seconds{${labels}} ${Date.parse(start) / 1000}\n`]
  })
  const head =
    '# HELP container_start_time_seconds Start time of the container since unix epoch in seconds\n# TYPE container_start_time_seconds gauge\n'
  return head + lines.join('')
}
interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
}
interface Sample {
  readonly labels: string
  readonly usage: Usage & { readonly at: number }
}
function family({ name, type, help }: Family, samples: readonly Sample[], value: (usage: Usage) => number): string {
  const lines = samples.map(({ labels, usage }) => `${name}${labels && `{${labels}}`} ${value(usage)} ${usage.at}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
