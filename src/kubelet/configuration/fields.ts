/** The fields of a KubeletConfiguration that Knarr heeds, under upstream's names. Reference: "Kubelet Configuration (v1beta1)". */
import { amount, flag, integer, listOf, mapOf, oneOf, path, type Reader, SETTABLE_SIGNALS, someOf, span, texts } from './readers.ts'
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

/** Fields of upstream's that Knarr does not have: who brings a configuration along is told which of them would be in vain. */
export const NOT_HERE: ReadonlySet<string> = new Set(
  `address authentication authorization cgroupDriver cgroupRoot cgroupsPerQOS clusterDNS clusterDomain
  configMapAndSecretChangeDetectionStrategy containerLogMaxWorkers containerLogMonitorInterval containerRuntimeEndpoint contentType
  cpuCFSQuota cpuCFSQuotaPeriod cpuManagerPolicy cpuManagerPolicyOptions cpuManagerReconcilePeriod crashLoopBackOff
  enableContentionProfiling enableControllerAttachDetach enableDebugFlagsHandler enableDebuggingHandlers enableProfilingHandler
  enableServer eventBurst eventRecordQPS failCgroupV1 failSwapOn
  featureGates fileCheckFrequency hairpinMode healthzBindAddress healthzPort httpCheckFrequency imageMaximumGCAge
  imageServiceEndpoint iptablesDropBit iptablesMasqueradeBit kernelMemcgNotification
  kubeAPIBurst kubeAPIQPS kubeReservedCgroup kubeletCgroups localStorageCapacityIsolation logging makeIPTablesUtilChains maxOpenFiles
  memoryManagerPolicy memorySwap memoryThrottlingFactor nodeLeaseDurationSeconds nodeStatusMaxImages nodeStatusReportFrequency
  nodeStatusUpdateFrequency oomScoreAdj podCIDR podLogsDir port protectKernelDefaults providerID
  qosReserved readOnlyPort registerNode registryBurst registryPullQPS reservedMemory reservedSystemCPUs resolvConf
  rotateCertificates runOnce runtimeRequestTimeout seccompDefault serverTLSBootstrap showHiddenMetricsForVersion
  singleProcessOOMKill staticPodURL staticPodURLHeader
  streamingConnectionIdleTimeout syncFrequency systemCgroups systemReservedCgroup tlsCertFile tlsCipherSuites tlsMinVersion
  tlsPrivateKeyFile topologyManagerPolicy topologyManagerPolicyOptions topologyManagerScope tracing userNamespaces volumePluginDir
  volumeStatsAggPeriod`.split(/\s+/),
)
