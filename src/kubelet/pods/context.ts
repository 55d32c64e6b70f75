/** What the parts that look after pods share on a node. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { KubeletSettings } from '../configuration/settings.ts'
import type { ClaimedDevices } from '../devices/claimed-devices.ts'
import type { PressureType } from '../eviction/signals.ts'
import type { ImagePuller } from '../images/puller.ts'
import type { Abilities } from '../runtime/abilities.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import type { DnsInput } from '../runtime/pod-dns.ts'
import type { Observer } from '../runtime/observer.ts'
import type { ServiceFacts } from '../runtime/service-environment.ts'
import type { UsageReader } from '../serve/usage.ts'
import type { SourceWatcher } from '../sources.ts'
import type { Tokens } from '../volumes/tokens.ts'
import type { Volumes } from '../volumes/volumes.ts'
import type { CgroupKind } from './cgroup.ts'
import type { PodGroups } from './pod-groups.ts'
import type { PodSeries } from './series.ts'
import type { UserNamespaces } from './user-namespaces.ts'
import type { StatusWriter } from './status-writer.ts'

/** Facts about the node that do not change while it runs. */
export interface NodeFacts {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly hostIPs: readonly string[]
  readonly memoryCapacityBytes: number
  readonly allocatable: Readonly<Record<string, string>>
  readonly cgroupVersion: 1 | 2
  /** Of the machine's huge pages: `hugepages-2Mi`. */
  readonly hugePageSizes: readonly string[]
  readonly ignoresCpuLimits: boolean
  readonly killsSingleProcesses: boolean
  /** `/knarr/<cluster>/kubepods` */
  readonly cgroupRoot: string
  readonly dns: DnsInput
  readonly mapsHostPorts: boolean
  readonly abilities: Abilities
}
export interface Folders {
  /** A folder per pod: volumes, hosts file, termination messages. */
  readonly pods: string
  readonly logs: string
  readonly seccomp: string
  /** The machine's own. */
  readonly systemLogs: string
}
export interface PodContext {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly runtime: Runtime
  readonly observer: Observer
  readonly recorder: EventRecorder
  readonly statuses: StatusWriter
  readonly images: ImagePuller
  readonly volumes: Volumes
  readonly tokens: Tokens
  readonly sources: SourceWatcher
  readonly node: NodeFacts
  readonly folders: Folders
  readonly usage: UsageReader
  readonly series: PodSeries
  readonly groups: PodGroups
  readonly users: UserNamespaces
  readonly devices: ClaimedDevices
  /** When the kubelet began, in milliseconds since the epoch. */
  readonly startedAt: number
  readonly settings: KubeletSettings
  /** Of what the node is short now. */
  readonly pressures: () => readonly PressureType[]
  /** Whether the machine shuts down. */
  readonly isShuttingDown: () => boolean
  /** All pods of this node. */
  readonly pods: () => readonly Pod[]
  /** Resolves when the services are known; for a static pod at once, with those that are. */
  readonly services: (pod: Pod) => Promise<readonly ServiceFacts[]>
}
/** What the worker of one pod is told beside. */
export interface WorkerContext extends PodContext {
  /** The pod may want another size, or has got it. */
  readonly sized: (uid: string) => void
}
export const cgroupKind = ({ node, settings }: Pick<PodContext, 'node' | 'settings'>): CgroupKind => ({
  version: node.cgroupVersion,
  pidsMax: settings.podPidsMax,
  ignoresCpuLimits: settings.ignoresCpuLimits,
})

export type Note = (type: 'Normal' | 'Warning', reason: string, message: string, container?: string) => void

/** Records events about a pod, or about one of its containers. */
export const recordOf =
  ({ recorder }: Pick<PodContext, 'recorder'>, pod: Pod): Note =>
  (type, reason, message, container) => {
    const kind = pod.spec.containers.some(({ name }) => name === container)
      ? 'containers'
      : pod.spec.initContainers?.some(({ name }) => name === container)
        ? 'initContainers'
        : 'ephemeralContainers'
    const about = { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata }
    recorder.record({ about, type, reason, message, ...(container !== undefined && { fieldPath: `spec.${kind}{${container}}` }) })
  }
