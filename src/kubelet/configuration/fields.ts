/** The fields of a KubeletConfiguration that Knarr heeds, under upstream's names. Reference: "Kubelet Configuration (v1beta1)". */
import {
  amount,
  flag,
  integer,
  listOf,
  mapOf,
  oneOf,
  path,
  type Reader,
  SETTABLE_SIGNALS,
  someOf,
  span,
  spanWithin,
  text,
  texts,
} from './readers.ts'
import { taints } from './taints.ts'

const RESERVABLE = ['cpu', 'memory', 'ephemeral-storage', 'pid'] as const
const percent = integer({ min: 0, max: 100, example: 85 })

export const FIELDS = {
  maxPods: integer({ min: 0, example: 110 }),
  podsPerCore: integer({ min: 0, example: 10 }),
  podPidsLimit: integer({ min: -1, max: Number.MAX_SAFE_INTEGER, example: 4096 }),
  kubeReserved: mapOf(RESERVABLE, amount({ isZeroAllowed: true })),
  systemReserved: mapOf(RESERVABLE, amount({ isZeroAllowed: true })),
  enforceNodeAllocatable: someOf(['pods', 'none']),
  registerWithTaints: taints,
  staticPodPath: path,
  evictionHard: mapOf(SETTABLE_SIGNALS, amount({ isPartAllowed: true })),
  evictionSoft: mapOf(SETTABLE_SIGNALS, amount({ isPartAllowed: true })),
  evictionSoftGracePeriod: mapOf(SETTABLE_SIGNALS, span),
  evictionMinimumReclaim: mapOf(SETTABLE_SIGNALS, amount({ isPartAllowed: true, isZeroAllowed: true })),
  evictionPressureTransitionPeriod: span,
  evictionMaxPodGracePeriod: integer({ min: 0, example: 60 }),
  mergeDefaultEvictionSettings: flag,
  imageGCHighThresholdPercent: percent,
  imageGCLowThresholdPercent: percent,
  imageMinimumGCAge: span,
  imageMaximumGCAge: span,
  serializeImagePulls: flag,
  maxParallelImagePulls: integer({ min: 1, example: 5 }),
  imagePullCredentialsVerificationPolicy: oneOf([
    'NeverVerify',
    'NeverVerifyPreloadedImages',
    'NeverVerifyAllowlistedImages',
    'AlwaysVerify',
  ]),
  preloadedImagesVerificationAllowlist: texts,
  containerLogMaxSize: amount(),
  containerLogMaxFiles: integer({ min: 2, example: 5 }),
  crashLoopBackOff: mapOf(['maxContainerRestartPeriod'], spanWithin('1s', '300s')),
  seccompDefault: flag,
  cpuCFSQuota: flag,
  singleProcessOOMKill: flag,
  failSwapOn: flag,
  resolvConf: path,
  providerID: text,
  nodeStatusUpdateFrequency: span,
  nodeStatusReportFrequency: span,
  nodeStatusMaxImages: integer({ min: -1, example: 50 }),
  nodeLeaseDurationSeconds: integer({ min: 0, example: 40 }),
  allowedUnsafeSysctls: texts,
  shutdownGracePeriod: span,
  shutdownGracePeriodCriticalPods: span,
  shutdownGracePeriodByPodPriority: listOf({
    priority: integer({ min: -(2 ** 31), example: 10_000 }),
    shutdownGracePeriodSeconds: integer({ min: 0, example: 60 }),
  }),
  enableSystemLogHandler: flag,
  enableSystemLogQuery: flag,
} as const satisfies Readonly<Record<string, Reader<unknown>>>

export type FieldName = keyof typeof FIELDS
export type Given = { readonly [N in FieldName]?: ReturnType<(typeof FIELDS)[N]> }

/** Fields of upstream's that say of Knarr what is so anyway: configurations that tools have written name them. */
export const ALWAYS: Readonly<Record<string, unknown>> = {
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  cgroupsPerQOS: true,
  configMapAndSecretChangeDetectionStrategy: 'Watch',
  cpuManagerPolicy: 'none',
  enableControllerAttachDetach: true,
  enableDebuggingHandlers: true,
  enableServer: true,
  failCgroupV1: false,
  localStorageCapacityIsolation: true,
  memoryManagerPolicy: 'None',
  protectKernelDefaults: false,
  readOnlyPort: 0,
  registerNode: true,
  topologyManagerPolicy: 'none',
  topologyManagerScope: 'container',
}

/** Fields of upstream's that Knarr does not have: who brings a configuration along is told which of them would be in vain. */
export const NOT_HERE: ReadonlySet<string> = new Set(
  `address authentication cgroupRoot clusterDNS clusterDomain
  containerLogMaxWorkers containerLogMonitorInterval containerRuntimeEndpoint contentType
  cpuCFSQuotaPeriod cpuManagerPolicyOptions cpuManagerReconcilePeriod
  enableContentionProfiling enableDebugFlagsHandler enableProfilingHandler
  eventBurst eventRecordQPS
  featureGates fileCheckFrequency hairpinMode healthzBindAddress healthzPort httpCheckFrequency
  imageServiceEndpoint iptablesDropBit iptablesMasqueradeBit kernelMemcgNotification
  kubeAPIBurst kubeAPIQPS kubeReservedCgroup kubeletCgroups logging makeIPTablesUtilChains maxOpenFiles
  memoryReservationPolicy memorySwap memoryThrottlingFactor oomScoreAdj podCIDR podLogsDir port
  qosReserved registryBurst registryPullQPS reservedMemory reservedSystemCPUs
  rotateCertificates runOnce runtimeRequestTimeout serverTLSBootstrap showHiddenMetricsForVersion
  staticPodURL staticPodURLHeader
  streamingConnectionIdleTimeout syncFrequency systemCgroups systemReservedCgroup tlsCertFile tlsCipherSuites tlsCurvePreferences tlsMinVersion
  tlsPrivateKeyFile topologyManagerPolicyOptions tracing userNamespaces volumePluginDir
  volumeStatsAggPeriod`.split(/\s+/),
)
