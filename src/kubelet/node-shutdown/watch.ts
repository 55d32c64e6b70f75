/** Watches for the machine's shutdown and holds it back until the node's pods have ended. Upstream: pkg/kubelet/nodeshutdown. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { ShutdownPeriods } from '../machine/shutdown-order.ts'
import { type DelayOptions, LOGIND_FOLDER, raiseDelay, restoreDelay } from './delay.ts'
import { Logind, type LogindOptions } from './logind.ts'

/** Upstream: dbusReconnectPeriod. */
const RECONNECT_MS = 1_000

export interface ShutdownWatchOptions {
  readonly clock: Clock
  readonly log: Log
  readonly cluster: string
  /** How long pods have; without, shutdowns are not watched for. */
  readonly periods: ShutdownPeriods | undefined
  readonly place?: LogindOptions & { readonly folder?: string }
}
export interface ShutdownSteps {
  /** Tells the cluster. */
  readonly record: (message: string) => void
  /** Resolves when the pods have ended, or their time is over. */
  readonly endPods: (periods: ShutdownPeriods, signal: AbortSignal) => Promise<void>
}

export class ShutdownWatch implements AsyncDisposable {
  readonly #options: ShutdownWatchOptions
  readonly #logind: Logind
  readonly #delay: DelayOptions
  readonly #stop = new AbortController()
  #change = new AbortController()
  #isUnderWay = false
  #lock: AsyncDisposable | undefined
  #run: Promise<void> = Promise.resolve()

  constructor(options: ShutdownWatchOptions) {
    const { clock, cluster, place = {} } = options
    this.#options = options
    this.#logind = new Logind(place)
    this.#delay = { logind: this.#logind, clock, cluster, folder: place.folder ?? LOGIND_FOLDER }
  }

  /** Whether the machine is shutting down. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }
  /** Aborts when that has changed. */
  get changed(): AbortSignal {
    return this.#change.signal
  }

  start(steps: ShutdownSteps): void {
    const { periods } = this.#options
    if (periods) this.#run = this.#watch(periods, steps)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#run
  }

  async #watch(periods: ShutdownPeriods, steps: ShutdownSteps): Promise<void> {
    const { clock, log } = this.#options
    const { signal } = this.#stop
    try {
      await this.#logind.delayMaxMs()
    } catch (error) {
      log.info({ error }, 'no systemd-logind answers: pods are not ended before the machine shuts down')
      return
    }
    while (!signal.aborted) {
      const attempt = new AbortController()
      try {
        await this.#follow(periods, steps, AbortSignal.any([signal, attempt.signal]))
      } catch (error) {
        if (!signal.aborted) log.warn({ error }, 'cannot watch for the shutdown of the machine, trying again')
      }
      attempt.abort()
      await this.#release()
      await wait(clock, RECONNECT_MS, signal)
    }
    await restoreDelay(this.#delay).catch((error: unknown) => log.warn({ error }, 'cannot tell logind to delay shutdowns no longer'))
  }

  async #follow(periods: ShutdownPeriods, steps: ShutdownSteps, signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    const wantedSeconds = periods.reduce((sum, { seconds }) => sum + seconds, 0)
    const allowedMs = await raiseDelay(wantedSeconds, this.#delay)
    if (allowedMs < wantedSeconds * 1000)
      log.warn({ wantedSeconds, allowedSeconds: allowedMs / 1000 }, 'logind lets pods have less time at a shutdown than is configured')
    const announced = await this.#logind.listen(signal)
    // What was announced while nobody listened. While it shuts down, logind gives no locks.
    const isUnderWay = await this.#logind.isShuttingDown()
    if (!isUnderWay) await this.#hold()
    await this.#take(isUnderWay, periods, steps)
    for await (const isBeginning of announced) await this.#take(isBeginning, periods, steps)
  }

  async #take(isBeginning: boolean, periods: ShutdownPeriods, { record, endPods }: ShutdownSteps): Promise<void> {
    if (isBeginning === this.#isUnderWay) return
    this.#isUnderWay = isBeginning
    record(`Shutdown manager detected shutdown ${isBeginning ? 'event' : 'cancellation'}`)
    this.#change.abort()
    this.#change = new AbortController()
    if (!isBeginning) return this.#hold()
    await endPods(periods, this.#stop.signal)
    await this.#release()
  }

  async #hold(): Promise<void> {
    const before = this.#lock
    this.#lock = await this.#logind.hold({ who: 'knarr', why: 'Knarr needs time to end the pods of this machine' })
    await before?.[Symbol.asyncDispose]()
  }
  async #release(): Promise<void> {
    await this.#lock?.[Symbol.asyncDispose]()
    this.#lock = undefined
  }
}
