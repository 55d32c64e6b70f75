/** Keeps the node alive when it runs short: tells what it is short of, frees what nobody needs, then evicts one pod after the other. */
import { type Clock, wait } from '#base/clock.ts'
import { isGrpcError } from '#base/grpc/client.ts'
import type { Log } from '#base/log.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ImageCollector } from '../images/collector.ts'
import { collectContainers } from '../pods/collect-containers.ts'
import type { PodContext } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import { isRelieved, look, NO_PRESSURE, type Pressure } from './pressure.ts'
import { isDedicated, type Place, type PodsGroup, readNode } from './readings.ts'
import { type PressureType, type Readings, SIGNALS } from './signals.ts'
import { type EvictionSettings, isHard, type Threshold, withAllocatable } from './thresholds.ts'
import { podUses } from './use.ts'
import { sentence, victims } from './victims.ts'

/** Upstream: evictionMonitoringPeriod. */
const LOOK_MS = 10_000
/** Upstream: immediateEvictionGracePeriodSeconds. */
const HARD_GRACE_SECONDS = 1
/** Upstream: podCleanupTimeout and podCleanupPollFreq. What a pod held is free only when it is gone. */
const GONE_TIMEOUT_MS = 30_000
const GONE_POLL_MS = 1_000

export interface EvictorOptions {
  readonly clock: Clock
  readonly log: Log
  readonly runtime: Runtime
  readonly settings: EvictionSettings
  readonly nodeFolder: string
  readonly memoryBytes: number
  /** What all pods together are kept to; absent when they are not. */
  readonly pods?: PodsGroup | undefined
}
/** Those who are freed, evicted and told. */
export interface Helpers {
  readonly workers: PodWorkers
  readonly context: PodContext
  readonly collector: ImageCollector
}

export class Evictor {
  readonly #options: EvictorOptions
  #imageFolder: string | undefined
  #pressure: Pressure = NO_PRESSURE
  #change = new AbortController()
  readonly #all: readonly Threshold[]

  constructor(options: EvictorOptions) {
    this.#options = options
    const { thresholds } = options.settings
    this.#all = options.pods ? withAllocatable(thresholds) : thresholds
  }

  /** Of what the node is short. */
  get conditions(): readonly PressureType[] {
    return this.#pressure.conditions
  }
  /** Whether images, and what containers write, lie on another disk than volumes and logs. */
  get isImageDiskDedicated(): boolean {
    return isDedicated({ nodeFolder: this.#options.nodeFolder, imageFolder: this.#imageFolder })
  }
  /** Aborts when the conditions have become others. */
  get changed(): AbortSignal {
    return this.#change.signal
  }

  /** Measures once, and gives what was read. */
  async look(): Promise<Readings> {
    const { clock, settings } = this.#options
    const readings = readNode(await this.#place())
    const before = this.#pressure
    this.#pressure = look(before, readings, { thresholds: this.#thresholds, transitionMs: settings.transitionMs, now: clock.now() })
    if (before.conditions.join() !== this.#pressure.conditions.join()) {
      this.#change.abort()
      this.#change = new AbortController()
    }
    return readings
  }

  /** Looks every ten seconds until `signal` aborts; after an eviction at once again. */
  async run(helpers: Helpers, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    while (!signal.aborted) {
      try {
        const victim = await this.#relieve(helpers)
        if (victim) await this.#untilGone(victim, helpers, signal)
        else await wait(clock, LOOK_MS, signal)
      } catch (error) {
        log.warn({ error }, 'cannot tell whether the node runs short, trying again')
        await wait(clock, LOOK_MS, signal)
      }
    }
  }

  /** At most one pod goes at a time: then it is measured again. */
  async #relieve({ workers, context, collector }: Helpers): Promise<Pod | undefined> {
    const readings = await this.look()
    const threshold = this.#pressure.starved
    if (!threshold) return undefined
    const { signal } = threshold
    const { resource } = SIGNALS[signal]
    const { name } = context.node
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }
    context.recorder.record({ about, type: 'Warning', reason: 'EvictionThresholdMet', message: `Attempting to reclaim ${resource}` })
    const place = await this.#place()
    const { isImageDiskDedicated } = this
    const helpsToRemoveImages = SIGNALS[signal].condition === 'DiskPressure' && (signal.startsWith('imagefs.') || !isImageDiskDedicated)
    if (helpsToRemoveImages) {
      // An image of which there is a container counts as used, dead as that may be.
      await collectContainers(context, { isEverythingWanted: true })
      await collector.removeUnused()
      if (isRelieved(this.#thresholds, readNode(place))) return undefined
    }
    const active = workers.pods.filter(pod => !isTerminal(pod) && !workers.worker(pod.metadata.uid ?? '')?.isSentenced)
    const uses = await podUses(active, { signal, resource, isImageDiskDedicated }, context)
    const [victim] = victims(uses, resource)
    if (!victim) return undefined
    const containers = uses.find(({ pod }) => pod === victim)?.containers ?? []
    const { message, annotations } = sentence(victim, { threshold, resource, reading: readings[signal], containers })
    const subject = { apiVersion: 'v1', kind: 'Pod', metadata: victim.metadata }
    context.recorder.record({ about: subject, type: 'Warning', reason: 'Evicted', message, annotations })
    workers
      .worker(victim.metadata.uid ?? '')
      ?.end({ graceSeconds: this.#grace(threshold), verdict: { reason: 'Evicted', message }, isDisruption: true })
    return victim
  }
  #grace(threshold: Threshold): number {
    return isHard(threshold) ? HARD_GRACE_SECONDS : this.#options.settings.softGraceSeconds
  }

  async #untilGone({ metadata: { uid = '' } }: Pod, { workers }: Helpers, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const deadline = clock.now() + GONE_TIMEOUT_MS
    while (!workers.isGone(uid) && clock.now() < deadline && !signal.aborted) await wait(clock, GONE_POLL_MS, signal)
  }

  get #thresholds(): readonly Threshold[] {
    if (this.isImageDiskDedicated) return this.#all
    return this.#all.filter(({ needsOwnDisk }) => !needsOwnDisk)
  }
  /** Where the runtime keeps images is asked until it tells: it may be starting. */
  async #place(): Promise<Place> {
    const { runtime, nodeFolder, memoryBytes, pods } = this.#options
    try {
      this.#imageFolder ??= (await runtime.imageFsInfo({})).imageFilesystems[0]?.fsId?.mountpoint
    } catch (error) {
      if (!isGrpcError(error)) throw error
    }
    return { nodeFolder, imageFolder: this.#imageFolder, memoryBytes, pods }
  }
}
