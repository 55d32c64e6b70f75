/** The probes of one running container: each asks at its own pace until the container ends. */
import { type Clock, wait } from '#base/clock.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Probe } from '#kinds/core/probe.ts'
import type { Health } from '../pods/sight.ts'
import { act, type Outcome, type Target } from './actions.ts'
import { NO_OUTCOME, type Tally, tally } from './verdict.ts'

export type ProbeName = 'startup' | 'liveness' | 'readiness'
export interface ProberOptions {
  readonly clock: Clock
  readonly container: Container
  readonly target: Target
  /** When the container was started, in milliseconds since the epoch. */
  readonly startedAt: number
  /** What is known of the container from before this process: it is not taken back until a probe says so. */
  readonly known?: { readonly isReady: boolean; readonly isStarted: boolean }
  /** Told when the health may have changed. */
  readonly changed: () => void
  /** Told of each outcome of which people are to know. */
  readonly told: (name: ProbeName, outcome: Outcome) => void
}
/** So often a container that could not be asked is asked again at once. Upstream: maxProbeRetries. */
const TRIES = 3

export class Prober implements Disposable {
  readonly #options: ProberOptions
  readonly #stop = new AbortController()
  /** Ends the probes that would have the container restarted. */
  readonly #spare = new AbortController()
  readonly #tallies = new Map<ProbeName, Tally>()
  #becomeStarted: () => void = () => undefined
  readonly #started: Promise<void>

  constructor(options: ProberOptions) {
    this.#options = options
    const { container, known } = options
    this.#started = new Promise(resolve => (this.#becomeStarted = resolve))
    if (known?.isReady) this.#tallies.set('readiness', { ...NO_OUTCOME, verdict: 'success' })
    if (known?.isStarted) this.#tallies.set('startup', { ...NO_OUTCOME, verdict: 'success' })
    if (!container.startupProbe || known?.isStarted) this.#becomeStarted()
    else void this.#run('startup', container.startupProbe)
    if (container.livenessProbe) void this.#started.then(() => this.#run('liveness', container.livenessProbe as Probe))
    if (container.readinessProbe) void this.#started.then(() => this.#run('readiness', container.readinessProbe as Probe))
  }

  get health(): Health {
    const { container } = this.#options
    const verdict = (name: ProbeName) => this.#tallies.get(name)?.verdict ?? 'unknown'
    const isStarted = !container.startupProbe || verdict('startup') === 'success'
    const isReady = isStarted && (!container.readinessProbe || verdict('readiness') === 'success')
    const lost = (['startup', 'liveness'] as const).find(name => verdict(name) === 'failure')
    if (!lost) return { isStarted, isReady }
    const probe = lost === 'startup' ? container.startupProbe : container.livenessProbe
    const graceSeconds = probe?.terminationGracePeriodSeconds
    const message = `Container ${container.name} failed ${lost} probe, will be restarted`
    return { isStarted, isReady, verdict: { message, ...(graceSeconds !== undefined && { graceSeconds }) } }
  }

  /** The container is about to end: it will not be restarted any more. */
  askForReadinessOnly(): void {
    this.#spare.abort()
  }
  [Symbol.dispose](): void {
    this.#spare.abort()
    this.#stop.abort()
  }

  async #run(name: ProbeName, probe: Probe): Promise<void> {
    const { clock, startedAt, target, changed, told } = this.#options
    const { signal } = name === 'readiness' ? this.#stop : this.#spare
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    const delayMs = (probe.initialDelaySeconds ?? 0) * 1000
    // No wait is longer than it may be, also when the clock is set back meanwhile.
    const rest = (since: number, ms: number) => wait(clock, Math.min(ms, Math.max(0, since + ms - clock.now())), signal)
    await rest(startedAt, delayMs)
    while (!signal.aborted) {
      const began = clock.now()
      let outcome = await act(probe, target, timeoutMs)
      for (let tries = 1; outcome.isUnknown && tries < TRIES && !signal.aborted; tries++) outcome = await act(probe, target, timeoutMs)
      if (signal.aborted) return
      const { isSuccess, isWarning, isUnknown } = outcome
      if (!isSuccess || isWarning) told(name, outcome)
      // It is neither the better nor the worse for that.
      if (isUnknown) {
        await rest(began, periodMs)
        continue
      }
      const before = this.#tallies.get(name) ?? NO_OUTCOME
      const after = tally(before, isSuccess, probe)
      this.#tallies.set(name, after)
      if (after.verdict !== before.verdict) changed()
      // A container that has started has started for good; one that is condemned is not asked again.
      if (name === 'startup' && after.verdict === 'success') return this.#becomeStarted()
      if (name !== 'readiness' && after.verdict === 'failure') return
      await rest(began, periodMs)
    }
  }
}
