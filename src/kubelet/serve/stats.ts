/** The kubelet's accounts: the stats summary and the metrics of resources. Format: kubelet, stats/v1alpha1 and /metrics/resource. */
import { timestamp } from '#base/clock.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ContainerUsage, Usage } from './usage.ts'

export interface Accounts {
  readonly nodeName: string
  readonly startedAt: number
  readonly now: number
  readonly node: Usage
  readonly memoryBytes: number
  readonly pods: readonly Pod[]
  readonly containers: readonly ContainerUsage[]
}

const cpu = (time: string, { cpuNanoCores, cpuNanoseconds }: Usage) => ({
  time,
  ...(cpuNanoCores !== undefined && { usageNanoCores: cpuNanoCores }),
  usageCoreNanoSeconds: cpuNanoseconds,
})
const memory = (time: string, { usageBytes, workingSetBytes, rssBytes }: Usage) => ({ time, usageBytes, workingSetBytes, rssBytes })

export function summary({ nodeName, startedAt, now, node, memoryBytes, pods, containers }: Accounts) {
  const time = timestamp(now)
  return {
    node: {
      nodeName,
      startTime: timestamp(startedAt),
      cpu: cpu(time, node),
      memory: { ...memory(time, node), availableBytes: memoryBytes - node.workingSetBytes },
    },
    pods: pods.flatMap(pod => {
      const { name, namespace, uid } = pod.metadata
      const own = containers.filter(({ podUid }) => podUid === uid)
      if (!own.length) return []
      return [
        {
          podRef: { name, namespace, uid },
          startTime: pod.status.startTime,
          containers: own.map(usage => ({
            name: usage.name,
            startTime: startOf(pod, usage.name),
            cpu: cpu(timestamp(usage.at), usage),
            memory: memory(timestamp(usage.at), usage),
            rootfs: { time: timestamp(usage.at), usedBytes: usage.writableBytes },
          })),
          cpu: cpu(time, total(own)),
          memory: memory(time, total(own)),
          'ephemeral-storage': { time, usedBytes: own.reduce((sum, { writableBytes }) => sum + writableBytes, 0) },
        },
      ]
    }),
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
    family({ name: 'pod_cpu_usage_seconds_total', type: 'counter', help: 'CPU time used by the pod, in seconds' }, ofPods, seconds),
    family({ name: 'pod_memory_working_set_bytes', type: 'gauge', help: 'Working set of the pod, in bytes' }, ofPods, workingSet),
    'resource_scrape_error 0\n',
  ].join('')
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
