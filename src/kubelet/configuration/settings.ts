/** How a kubelet is set: what its configuration says, in the units in which it works, and upstream's defaults. */
import { EVICTION_DEFAULT, type EvictionSettings } from '../eviction/thresholds.ts'
import type { Verification } from '../images/pull-access.ts'
import { THRESHOLDS, type Thresholds } from '../images/garbage.ts'
import type { ShutdownPeriods } from '../machine/shutdown-order.ts'
import { CRASH_BACKOFF } from '../pods/restart.ts'

export interface RegisteredTaint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}
export interface LogSettings {
  /** A log that has grown so large is set aside … */
  readonly bytesMax: number
  /** … and so many are kept of a container, with the one that is written. */
  readonly filesMax: number
}
/** How the node tells of itself. */
export interface ReportSettings {
  /** It looks so often at itself … */
  readonly lookMs: number
  /** … and tells its status so often, though nothing has changed. */
  readonly everyMs: number
  /** How many images are told; undefined for all. */
  readonly imagesMax: number | undefined
  /** After this time without renewal of its lease it counts as gone. */
  readonly leaseSeconds: number
}
export interface KubeletSettings {
  readonly podsMax: number
  /** How many pods each CPU may have; 0 when that does not matter. */
  readonly podsPerCore: number
  /** Threads of one pod; undefined when they are not limited. */
  readonly podPidsMax: number | undefined
  /** Quantities of cpu, memory, ephemeral-storage and pid that are not for pods. */
  readonly reserved: Readonly<Record<string, string>>
  /** Whether all pods together are kept by a control group to what is not reserved. */
  readonly isAllocatableEnforced: boolean
  /** Those with which the node registers. */
  readonly taints: readonly RegisteredTaint[]
  /** A folder of manifests of static pods, or one manifest; undefined for the folder of the node's own. */
  readonly staticPodPath: string | undefined
  readonly eviction: EvictionSettings
  readonly images: Thresholds
  /** So that many pods that start at once do not share the network and the disk in slices too thin. */
  readonly parallelPullsMax: number
  /** Who may use images that this node has pulled with credentials. */
  readonly pullVerification: Verification
  readonly logs: LogSettings
  /** How long the pause before a container that crashes again and again is started may become. */
  readonly crashPauseMaxMs: number
  /** Whether containers that say nothing of it have the runtime's seccomp profile. */
  readonly isSeccompDefault: boolean
  /** Whether limits of CPU are left to the weights of the requests. */
  readonly ignoresCpuLimits: boolean
  /** Whether a container that is out of memory loses one process only. With cgroup v1 each does. */
  readonly killsSingleProcesses: boolean
  /** Whether a machine with swap is none for pods. */
  readonly isSwapRefused: boolean
  /** The resolver configuration that pods have of the node; undefined for the machine's own. */
  readonly resolverFile: string | undefined
  readonly report: ReportSettings
  /** Of the machine, as its provider calls it. */
  readonly providerId: string | undefined
  /** Names, or beginnings of names that end in `*`. */
  readonly unsafeSysctls: readonly string[]
  /** How long pods have when the node shuts down; undefined when that is left to who shuts it down. */
  readonly shutdown: ShutdownPeriods | undefined
  /** The machine's own logs over the kubelet's API. */
  readonly systemLogs: { readonly areServed: boolean; readonly isQueryable: boolean }
}
/** Upstream's, but for pulls, as one that hangs does not hold up all others, and for swap, which computers have. */
export const SETTINGS_DEFAULT: KubeletSettings = {
  podsMax: 110,
  podsPerCore: 0,
  podPidsMax: undefined,
  reserved: {},
  isAllocatableEnforced: true,
  taints: [],
  staticPodPath: undefined,
  eviction: EVICTION_DEFAULT,
  images: THRESHOLDS,
  parallelPullsMax: 5,
  pullVerification: { policy: 'NeverVerifyPreloadedImages', allowed: [] },
  logs: { bytesMax: 10 * 1024 * 1024, filesMax: 5 },
  crashPauseMaxMs: CRASH_BACKOFF.maxMs,
  isSeccompDefault: false,
  ignoresCpuLimits: false,
  killsSingleProcesses: false,
  isSwapRefused: false,
  resolverFile: undefined,
  report: { lookMs: 10_000, everyMs: 300_000, imagesMax: 50, leaseSeconds: 40 },
  providerId: undefined,
  unsafeSysctls: [],
  shutdown: undefined,
  systemLogs: { areServed: true, isQueryable: false },
}
