/** What a container may use, and how it fares when the node runs short. */
import type { Container } from '#kinds/core/container.ts'
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import { hugePageLimits } from './huge-pages.ts'

/** Keeps the kernel from ever choosing what a pod needs before what it may lose. Reference: node-pressure eviction, "oom_score_adj". */
export function oomScore(pod: Pod, container: Pick<Container, 'resources'>, memoryCapacityBytes: number): number {
  if ((pod.spec.priority ?? 0) >= SYSTEM_NODE_CRITICAL_PRIORITY) return -997
  const quality = qosClass(pod.spec)
  if (quality === 'Guaranteed') return -997
  if (quality === 'BestEffort') return 1000
  const request = quantityValue(container.resources?.requests?.memory ?? pod.spec.resources?.requests?.memory ?? '0')
  const adjusted = 1000 - Math.trunc((1000 * request) / memoryCapacityBytes)
  return Math.min(999, Math.max(3, adjusted))
}
const SYSTEM_NODE_CRITICAL_PRIORITY = 2_000_001_000

/** A CPU request as weight against others: 1024 for one CPU, at least 2. */
export const cpuShares = (milliCpu: number): number =>
  milliCpu === 0 ? 2 : Math.min(262_144, Math.max(2, Math.trunc((milliCpu * 1024) / 1000)))
/** The period over which a CPU limit is counted, in microseconds. */
export const CPU_PERIOD_US = 100_000
/** A CPU limit in microseconds per period; the kernel takes nothing below 1 ms. */
export const cpuQuota = (milliCpu: number): number => (milliCpu === 0 ? -1 : Math.max(1000, Math.trunc((milliCpu * CPU_PERIOD_US) / 1000)))

export interface ContainerLimits {
  readonly cpuPeriod: number
  readonly cpuQuota: number
  readonly cpuShares: number
  readonly memoryLimitInBytes: number
  readonly oomScoreAdj: number
  readonly hugepageLimits: ReturnType<typeof hugePageLimits>
  readonly unified?: Readonly<Record<string, string>>
}

export interface LimitingNode {
  readonly memoryCapacityBytes: number
  readonly cgroupVersion: 1 | 2
  /** Those that the machine has, as resources: `hugepages-2Mi`. */
  readonly hugePageSizes: readonly string[]
  readonly ignoresCpuLimits?: boolean
  readonly killsSingleProcesses?: boolean
}

/** What the runtime is told about a container's resources. On cgroup v2 the whole container is killed when memory runs out, unless the node is set otherwise, as upstream does. */
export function containerLimits(
  pod: Pod,
  container: Pick<Container, 'resources'>,
  { memoryCapacityBytes, cgroupVersion, hugePageSizes, ignoresCpuLimits, killsSingleProcesses }: LimitingNode,
): ContainerLimits {
  const { limits, requests } = container.resources ?? {}
  const cpuLimit = limits?.cpu ?? pod.spec.resources?.limits?.cpu
  // Where nothing is asked for, the limit is, and be it the pod's.
  const cpuRequest = requests?.cpu ?? cpuLimit
  return {
    cpuPeriod: CPU_PERIOD_US,
    cpuQuota: cpuQuota(ignoresCpuLimits ? 0 : milliValue(cpuLimit ?? '0')),
    cpuShares: cpuShares(milliValue(cpuRequest ?? '0')),
    memoryLimitInBytes: quantityValue(limits?.memory ?? pod.spec.resources?.limits?.memory ?? '0'),
    oomScoreAdj: oomScore(pod, container, memoryCapacityBytes),
    hugepageLimits: hugePageLimits(limits, hugePageSizes),
    ...(cgroupVersion === 2 && !killsSingleProcesses && { unified: { 'memory.oom.group': '1' } }),
  }
}
