/** A kubelet's settings as the configuration that would set them: what /configz shows. Both reservations are told as one. Pure. */
import { formatDuration } from '#base/duration.ts'
import { formatQuantity, quantityOf } from '#schema/quantity.ts'
import { isHard, type Threshold } from '../eviction/thresholds.ts'
import type { FieldName } from './fields.ts'
import type { KubeletSettings } from './settings.ts'

const span = (ms: number): string => formatDuration(BigInt(Math.round(ms)) * 1_000_000n)
const bySignal = <T>(thresholds: readonly Threshold[], read: (threshold: Threshold) => T | undefined): Readonly<Record<string, T>> =>
  Object.fromEntries(
    thresholds.flatMap(threshold => {
      const value = read(threshold)
      return value === undefined ? [] : [[threshold.signal, value] as const]
    }),
  )

export function shownSettings(settings: KubeletSettings): Readonly<Partial<Record<FieldName, unknown>>> {
  const { eviction, images, logs, pullVerification, report, shutdown, systemLogs } = settings
  const { thresholds } = eviction
  const soft = thresholds.filter(threshold => !isHard(threshold))
  return {
    maxPods: settings.podsMax,
    podsPerCore: settings.podsPerCore,
    podPidsLimit: settings.podPidsMax ?? -1,
    systemReserved: settings.reserved,
    enforceNodeAllocatable: settings.isAllocatableEnforced ? ['pods'] : ['none'],
    registerWithTaints: settings.taints,
    ...(settings.staticPodPath !== undefined && { staticPodPath: settings.staticPodPath }),
    evictionHard: bySignal(thresholds.filter(isHard), ({ amount }) => amount),
    ...(soft.length && {
      evictionSoft: bySignal(soft, ({ amount }) => amount),
      evictionSoftGracePeriod: bySignal(soft, ({ graceMs }) => span(graceMs)),
      evictionMaxPodGracePeriod: eviction.softGraceSeconds,
    }),
    evictionMinimumReclaim: bySignal(thresholds, ({ minReclaim }) => minReclaim),
    evictionPressureTransitionPeriod: span(eviction.transitionMs),
    imageGCHighThresholdPercent: images.highPercent,
    imageGCLowThresholdPercent: images.lowPercent,
    imageMinimumGCAge: span(images.ageMinMs),
    imageMaximumGCAge: span(images.unusedMaxMs),
    serializeImagePulls: settings.parallelPullsMax === 1,
    maxParallelImagePulls: settings.parallelPullsMax,
    imagePullCredentialsVerificationPolicy: pullVerification.policy,
    ...(pullVerification.allowed.length && { preloadedImagesVerificationAllowlist: pullVerification.allowed }),
    containerLogMaxSize: formatQuantity(quantityOf(logs.bytesMax, 'BinarySI')),
    containerLogMaxFiles: logs.filesMax,
    crashLoopBackOff: { maxContainerRestartPeriod: span(settings.crashPauseMaxMs) },
    seccompDefault: settings.isSeccompDefault,
    cpuCFSQuota: !settings.ignoresCpuLimits,
    singleProcessOOMKill: settings.killsSingleProcesses,
    failSwapOn: settings.isSwapRefused,
    ...(settings.resolverFile !== undefined && { resolvConf: settings.resolverFile }),
    ...(settings.providerId !== undefined && { providerID: settings.providerId }),
    nodeStatusUpdateFrequency: span(report.lookMs),
    nodeStatusReportFrequency: span(report.everyMs),
    nodeStatusMaxImages: report.imagesMax ?? -1,
    nodeLeaseDurationSeconds: report.leaseSeconds,
    allowedUnsafeSysctls: settings.unsafeSysctls,
    ...(shutdown && {
      shutdownGracePeriodByPodPriority: shutdown.map(({ priority, seconds }) => ({ priority, shutdownGracePeriodSeconds: seconds })),
    }),
    enableSystemLogHandler: systemLogs.areServed,
    enableSystemLogQuery: systemLogs.isQueryable,
  }
}
