/** Reads a kubelet's configuration file. Pure. Format: kubelet.config.k8s.io/v1beta1, KubeletConfiguration. */
import { parseYaml, YamlError } from '#base/yaml.ts'
import { plus } from '#kinds/core/pod/resources.ts'
import { quantityValue } from '#schema/quantity.ts'
import type { Signal } from '../eviction/signals.ts'
import { HARD_DEFAULT, type Threshold } from '../eviction/thresholds.ts'
import { type ShutdownPeriods, withCritical } from '../machine/shutdown-order.ts'
import { isEqual } from '#schema/json-value.ts'
import { ALWAYS, type FieldName, FIELDS, type Given, NOT_HERE } from './fields.ts'
import { meant, WrongValue } from './readers.ts'
import { type KubeletSettings, SETTINGS_DEFAULT } from './settings.ts'

/** A configuration that is not used. Each problem names the field, its value, and the cure. */
export class WrongConfiguration extends Error {
  override readonly name = 'WrongConfiguration'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
const HEADER = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' } as const

/** What it sets, and defaults for the rest. Throws WrongConfiguration with everything that is wrong. */
export function readConfiguration(text: string): KubeletSettings {
  const given = fieldsOf(documentOf(text))
  const problems = clashes(given)
  if (problems.length) throw new WrongConfiguration(problems)
  return settingsOf(given)
}

function documentOf(text: string): Readonly<Record<string, unknown>> {
  let documents: ReturnType<typeof parseYaml>
  try {
    documents = parseYaml(text)
  } catch (error) {
    if (error instanceof YamlError) throw new WrongConfiguration([error.message])
    throw error
  }
  const [document, ...others] = documents
  if (!document || others.length || typeof document.value !== 'object' || document.value === null || Array.isArray(document.value))
    throw new WrongConfiguration([
      `${documents.length} documents; give one, which begins with "apiVersion: ${HEADER.apiVersion}" and "kind: ${HEADER.kind}"`,
    ])
  if (document.duplicates.length)
    throw new WrongConfiguration(document.duplicates.map(path => `${path}: stands more than once; leave one of them`))
  return document.value as Readonly<Record<string, unknown>>
}

function fieldsOf(document: Readonly<Record<string, unknown>>): Given {
  const problems: string[] = []
  const given: Record<string, unknown> = {}
  for (const [name, expected] of Object.entries(HEADER))
    if (document[name] !== expected) problems.push(`${name}: ${JSON.stringify(document[name]) ?? 'missing'}; it must be "${expected}"`)
  for (const [name, value] of Object.entries(document)) {
    if (name in HEADER || value === null) continue
    if (Object.hasOwn(ALWAYS, name)) {
      const always = ALWAYS[name]
      if (!isEqual(value, always))
        problems.push(`${name}: ${JSON.stringify(value)}; with Knarr it is always ${JSON.stringify(always)}: give that, or leave it out`)
      continue
    }
    if (!Object.hasOwn(FIELDS, name)) {
      const cure = NOT_HERE.has(name) ? 'Knarr has no such setting; leave it out' : `unknown field; ${meant(name, Object.keys(FIELDS))}`
      problems.push(`${name}: ${cure}`)
      continue
    }
    try {
      given[name] = FIELDS[name as FieldName](value)
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error
      problems.push(`${name}${error.at === undefined ? '' : `["${error.at}"]`}: ${error.message}`)
    }
  }
  if (problems.length) throw new WrongConfiguration(problems)
  return given
}

/** Fields that are sound by themselves, but not together. */
function clashes(given: Given): readonly string[] {
  const { imageGCHighThresholdPercent: high = SETTINGS_DEFAULT.images.highPercent } = given
  const { imageGCLowThresholdPercent: low = SETTINGS_DEFAULT.images.lowPercent } = given
  const {
    evictionSoft = {},
    evictionSoftGracePeriod = {},
    evictionMaxPodGracePeriod,
    serializeImagePulls,
    maxParallelImagePulls = 1,
  } = given
  const graceless = Object.keys(evictionSoft).filter(signal => evictionSoftGracePeriod[signal as Signal] === undefined)
  const useless = Object.keys(evictionSoftGracePeriod).filter(signal => evictionSoft[signal as Signal] === undefined)
  return [
    ...(low >= high ? [`imageGCLowThresholdPercent: ${low} is not below imageGCHighThresholdPercent, ${high}; give a smaller one`] : []),
    ...(given.imageMaximumGCAge && given.imageMaximumGCAge <= (given.imageMinimumGCAge || SETTINGS_DEFAULT.images.ageMinMs)
      ? ['imageMaximumGCAge: not above imageMinimumGCAge, which by default is "2m"; give a longer one, or "0s"']
      : []),
    ...(serializeImagePulls && maxParallelImagePulls > 1
      ? [`maxParallelImagePulls: ${maxParallelImagePulls} although serializeImagePulls is true; set that to false, or leave this out`]
      : []),
    ...(given.enableSystemLogQuery && given.enableSystemLogHandler === false
      ? ['enableSystemLogQuery: true although enableSystemLogHandler is false; set that to true, or leave this out']
      : []),
    ...(given.enforceNodeAllocatable?.includes('none') && given.enforceNodeAllocatable.length > 1
      ? ['enforceNodeAllocatable: "none" beside others; leave it, or the others, out']
      : []),
    ...(given.preloadedImagesVerificationAllowlist?.length &&
    given.imagePullCredentialsVerificationPolicy !== 'NeverVerifyAllowlistedImages'
      ? [
          'preloadedImagesVerificationAllowlist: is heeded only where imagePullCredentialsVerificationPolicy is "NeverVerifyAllowlistedImages"; set that, or leave this out',
        ]
      : []),
    ...graceless.map(signal => `evictionSoft["${signal}"]: has no grace period; add evictionSoftGracePeriod["${signal}"], like "1m30s"`),
    ...useless.map(
      signal => `evictionSoftGracePeriod["${signal}"]: there is no such soft threshold; add evictionSoft["${signal}"], or leave this out`,
    ),
    ...shutdownClashes(given),
    ...(evictionMaxPodGracePeriod !== undefined && !given.evictionSoft
      ? [`evictionMaxPodGracePeriod: ${evictionMaxPodGracePeriod} without soft thresholds; add evictionSoft, or leave this out`]
      : []),
  ]
}

/** Shorter than a second, a period would be none. */
const PERIOD_MIN_MS = 1_000
function shutdownClashes(given: Given): readonly string[] {
  const {
    shutdownGracePeriod: all = 0,
    shutdownGracePeriodCriticalPods: critical = 0,
    shutdownGracePeriodByPodPriority: byPriority,
  } = given
  const short = (name: string, ms: number) =>
    ms > 0 && ms < PERIOD_MIN_MS ? [`${name}: less than a second; give "0s", or one like "30s"`] : []
  return [
    ...short('shutdownGracePeriod', all),
    ...short('shutdownGracePeriodCriticalPods', critical),
    ...(critical > all
      ? [`shutdownGracePeriodCriticalPods: longer than shutdownGracePeriod, of which it is a part; give a shorter one`]
      : []),
    ...(byPriority && all > 0 ? ['shutdownGracePeriodByPodPriority: stands beside shutdownGracePeriod; leave one of them out'] : []),
  ]
}

function settingsOf(given: Given): KubeletSettings {
  const { images, eviction, logs, podsMax, parallelPullsMax, systemLogs, pullVerification, crashPauseMaxMs, report } = SETTINGS_DEFAULT
  const pids = given.podPidsLimit ?? -1
  return {
    podsMax: given.maxPods || podsMax,
    podsPerCore: given.podsPerCore ?? 0,
    podPidsMax: pids > 0 ? pids : undefined,
    reserved: plus(amounts(given.kubeReserved), amounts(given.systemReserved)),
    isAllocatableEnforced: (given.enforceNodeAllocatable ?? ['pods']).includes('pods'),
    taints: given.registerWithTaints ?? [],
    staticPodPath: given.staticPodPath,
    eviction: {
      thresholds: thresholdsOf(given),
      transitionMs: given.evictionPressureTransitionPeriod || eviction.transitionMs,
      softGraceSeconds: given.evictionMaxPodGracePeriod ?? eviction.softGraceSeconds,
    },
    images: {
      highPercent: given.imageGCHighThresholdPercent ?? images.highPercent,
      lowPercent: given.imageGCLowThresholdPercent ?? images.lowPercent,
      ageMinMs: given.imageMinimumGCAge || images.ageMinMs,
      unusedMaxMs: given.imageMaximumGCAge ?? images.unusedMaxMs,
    },
    pullVerification: {
      policy: given.imagePullCredentialsVerificationPolicy ?? pullVerification.policy,
      allowed: given.preloadedImagesVerificationAllowlist ?? [],
    },
    parallelPullsMax: given.serializeImagePulls ? 1 : (given.maxParallelImagePulls ?? parallelPullsMax),
    logs: {
      bytesMax: given.containerLogMaxSize === undefined ? logs.bytesMax : quantityValue(given.containerLogMaxSize),
      filesMax: given.containerLogMaxFiles ?? logs.filesMax,
    },
    crashPauseMaxMs: given.crashLoopBackOff?.maxContainerRestartPeriod ?? crashPauseMaxMs,
    isSeccompDefault: given.seccompDefault ?? false,
    ignoresCpuLimits: given.cpuCFSQuota === false,
    killsSingleProcesses: given.singleProcessOOMKill ?? false,
    isSwapRefused: given.failSwapOn ?? false,
    resolverFile: given.resolvConf,
    providerId: given.providerID,
    report: {
      lookMs: given.nodeStatusUpdateFrequency || report.lookMs,
      // Upstream: who looks at another pace and says no more tells at that pace.
      everyMs: given.nodeStatusReportFrequency || given.nodeStatusUpdateFrequency || report.everyMs,
      imagesMax:
        given.nodeStatusMaxImages === undefined ? report.imagesMax : given.nodeStatusMaxImages < 0 ? undefined : given.nodeStatusMaxImages,
      leaseSeconds: given.nodeLeaseDurationSeconds || report.leaseSeconds,
    },
    unsafeSysctls: given.allowedUnsafeSysctls ?? [],
    shutdown: shutdownOf(given),
    systemLogs: {
      areServed: given.enableSystemLogHandler ?? systemLogs.areServed,
      isQueryable: given.enableSystemLogQuery ?? systemLogs.isQueryable,
    },
  }
}
/** Zero, or an empty list: none. Upstream: migrateConfig. */
function shutdownOf(given: Given): ShutdownPeriods | undefined {
  const { shutdownGracePeriod: all = 0, shutdownGracePeriodCriticalPods: critical = 0, shutdownGracePeriodByPodPriority = [] } = given
  if (all > 0) return withCritical(Math.floor(all / 1_000), Math.floor(critical / 1_000))
  const [lowest, ...others] = shutdownGracePeriodByPodPriority
    .map(({ priority, shutdownGracePeriodSeconds }) => ({ priority, seconds: shutdownGracePeriodSeconds }))
    .toSorted((a, b) => a.priority - b.priority)
  return lowest && [lowest, ...others]
}
const amounts = (given: Readonly<Partial<Record<string, string>>> = {}): Readonly<Record<string, string>> =>
  given as Readonly<Record<string, string>>

/** Hard thresholds that are given stand for all, unless they are to be merged with the defaults. `0%` and `100%` switch one off, as upstream does. */
function thresholdsOf(given: Given): readonly Threshold[] {
  const { evictionHard, evictionSoft = {}, evictionSoftGracePeriod = {}, evictionMinimumReclaim = {}, mergeDefaultEvictionSettings } = given
  const reclaim = (signal: Signal) => {
    const minReclaim = evictionMinimumReclaim[signal]
    return minReclaim === undefined ? {} : { minReclaim }
  }
  const entries = (map: Readonly<Partial<Record<Signal, string>>>) => Object.entries(map) as (readonly [Signal, string])[]
  const chosen = evictionHard && !mergeDefaultEvictionSettings ? evictionHard : { ...HARD_DEFAULT, ...evictionHard }
  const hard = entries(chosen).map(([signal, amount]) => ({
    signal,
    amount,
    graceMs: 0,
    ...reclaim(signal),
    ...(evictionHard?.[signal] === undefined && signal.startsWith('imagefs.') && { needsOwnDisk: true as const }),
  }))
  const soft = entries(evictionSoft).map(([signal, amount]) => ({
    signal,
    amount,
    graceMs: evictionSoftGracePeriod[signal] ?? 0,
    ...reclaim(signal),
  }))
  return [...hard, ...soft].filter(({ amount }) => amount !== '0%' && amount !== '100%')
}
