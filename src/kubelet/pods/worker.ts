/** The worker of one pod: asks what to do next, does it, looks again, and tells the API what it sees. */
import { wait } from '#base/clock.ts'
import { isGrpcError } from '#base/grpc/client.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { PodStatus } from '#kinds/core/pod-status.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { admission } from './admission.ts'
import { Attempts } from './attempts.ts'
import { forgetPast, removePast } from './collect-containers.ts'
import { ContainerMemory } from './container-memory.ts'
import { recordOf, type WorkerContext } from './context.ts'
import { Heed } from './heed.ts'
import { nextStep, restOfResize, type Step } from './next-step.ts'
import { NOTHING_OBSERVED, type ObservedPod, readySandbox } from './observed.ts'
import { PauseEvents } from './pause-events.ts'
import type { PodSource } from './pod-source.ts'
import { podStatus } from './pod-status.ts'
import { PodVolumes } from './pod-volumes.ts'
import type { Waiting } from './resize-order.ts'
import { PodResources } from './resources.ts'
import { type Ending, graceOf, podTitle, type Sight } from './sight.ts'
import { createSandbox, sandboxTrouble, stopSandboxes } from './sandbox.ts'
import { startContainer, StartTrouble } from './start-container.ts'
import { troubleOf } from './start-trouble.ts'
import { stopAll } from './stop-all.ts'
import { killContainers, stopContainer } from './stop-container.ts'

/** After an unexpected failure of the runtime: soon again, then less often. */
const RETRY = { firstMs: 500, maxMs: 10_000 }

export class PodWorker implements AsyncDisposable {
  readonly #context: WorkerContext
  readonly #source: PodSource
  readonly #volumes: PodVolumes
  readonly #heed: Heed
  readonly #resources: PodResources
  #pod: Pod
  #ending: Ending | undefined
  readonly #sandboxAttempts = new Attempts(RETRY)
  readonly #steps = new Attempts(RETRY)
  #lookedAt = 0
  readonly #containers: ContainerMemory
  readonly #pauses = new PauseEvents()
  readonly #stoppedSandboxes = new Set<string>()
  readonly #stop = new AbortController()
  #step = new AbortController()
  #hurry = new AbortController()
  #wake: () => void = () => undefined
  #told: PodStatus
  #isDirty = true
  #isDisposed = false
  #isForgotten = false
  /** Whether all containers are being ended. */
  #isStopping = false
  #isWelcome = false
  readonly #run: Promise<void>

  constructor(pod: Pod, source: PodSource, context: WorkerContext) {
    this.#pod = pod
    this.#told = pod.status
    this.#source = source
    this.#context = context
    this.#volumes = new PodVolumes({
      context,
      pod: () => this.#pod,
      changed: () => this.#sourcesChanged(),
      isOver: () => this.#ending !== undefined || this.#isDisposed,
    })
    this.#resources = new PodResources(pod, context)
    this.#heed = new Heed(context, () => this.poke())
    this.#containers = new ContainerMemory(pod)
    // A pod that had ended before this process began is not started again, and its sandbox was stopped then.
    if (isTerminal(pod)) {
      this.#ending = { graceSeconds: 0 }
      for (const { id } of context.observer.pods.get(pod.metadata.uid ?? '')?.sandboxes ?? []) this.#stoppedSandboxes.add(id)
    }
    this.#run = this.#work()
  }

  /** Only a pod of which nothing runs yet can be refused. */
  async #admit(): Promise<void> {
    const { observer, pods } = this.#context
    const pod = this.#pod
    if (this.#ending || pod.metadata.deletionTimestamp) return
    if (observer.pods.has(pod.metadata.uid ?? '')) return this.#welcome()
    const others = pods().filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
    const verdict = await admission(pod, this.#context, { others, signal: this.#stop.signal })
    if (!verdict) return this.#welcome()
    this.#ending = { graceSeconds: 0, verdict, isRejection: true }
    recordOf(this.#context, pod)('Warning', verdict.reason, verdict.message.replace('Pod was rejected: ', ''))
  }

  #welcome(): void {
    this.#isWelcome = true
    this.#resources.admitted()
    this.#context.sized(this.#pod.metadata.uid ?? '')
  }

  get pod(): Pod {
    return this.#pod
  }
  /** As it is to run: with the sizes that it has been granted. */
  get granted(): Pod {
    return this.#resources.granted(this.#pod)
  }
  /** Set while the pod, which runs here, wants another size. */
  get waiting(): Waiting | undefined {
    const isOver = this.#ending !== undefined || this.#pod.metadata.deletionTimestamp !== undefined
    return this.#isWelcome && !isOver ? this.#resources.waiting(this.#pod) : undefined
  }
  /** Gives the pod the size that it wants, if the node has it beside the others. */
  decide(others: readonly Pod[]): void {
    this.#resources.decide(this.#pod, others)
    this.poke()
  }
  /** Takes over a newer version of the pod. */
  update(pod: Pod): void {
    const before = this.#pod
    this.#pod = pod
    const { labels, annotations } = before.metadata
    const tellsAnew = !isEqual([labels ?? {}, annotations ?? {}], [pod.metadata.labels ?? {}, pod.metadata.annotations ?? {}])
    if (tellsAnew) void this.#volumes.refresh()
    // A container that joins later may name what no other does.
    if (pod.spec.ephemeralContainers?.length !== before.spec.ephemeralContainers?.length) this.#volumes.sources.follow(pod)
    const isNewlyDeleted = pod.metadata.deletionTimestamp && !before.metadata.deletionTimestamp
    if (isNewlyDeleted) this.#step.abort()
    const grace = graceOf(pod)
    if (this.#ending && grace < this.#ending.graceSeconds) {
      this.#ending = { ...this.#ending, graceSeconds: grace }
      this.#hurry.abort()
    }
    this.poke()
  }
  /** Asks the worker to look again. */
  poke(): void {
    this.#isDirty = true
    // Ending takes its time, in which those who send requests here must hear that a container is not ready any more.
    if (this.#isStopping && !this.#isDisposed) this.#look()
    this.#wake()
  }
  /** Ends the pod for a reason of the node's: eviction. One that is ending already gets no more time than that. */
  end(ending: Ending): void {
    const before = this.#ending
    if (before?.verdict) return
    this.#ending = before ? { ...ending, graceSeconds: Math.min(before.graceSeconds, ending.graceSeconds) } : ending
    if (before) this.#hurry.abort()
    this.#step.abort()
    this.poke()
  }
  /** Whether the node itself has decided that the pod ends. */
  get isSentenced(): boolean {
    return this.#ending?.verdict !== undefined
  }
  /** Stops looking after the pod; what runs goes on running. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    this.#stop.abort()
    this.#step.abort()
    this.#hurry.abort()
    this.#heed[Symbol.dispose]()
    this.poke()
    await this.#run
    await this.#volumes[Symbol.asyncDispose]()
  }

  async #work(): Promise<void> {
    let isJudged = false
    while (!isJudged && !this.#isDisposed) isJudged = await this.#attempt('admit', () => this.#admit())
    while (!this.#isDisposed) {
      this.#isDirty = false
      const sight = this.#look()
      const step = this.#isForgotten ? ({ do: 'wait' } as const) : nextStep(sight)
      if (step.do === 'wait') {
        await this.#pause(step.until)
        continue
      }
      const isDone = await this.#attempt(step.do, () => this.#perform(step, sight))
      if (isDone || !this.#step.signal.aborted) await this.#context.observer.refresh()
    }
  }
  /** Whether it succeeds; after a failure it waits. */
  #attempt(step: string, act: () => Promise<void>): Promise<boolean> {
    const { clock, log } = this.#context
    this.#step = new AbortController()
    const failed = (error: unknown) => {
      const level = isGrpcError(error) || isRefusal(error) ? 'warn' : 'error'
      log[level]({ error, pod: podTitle(this.#pod), step }, 'step failed, trying again')
    }
    return this.#steps.make(act, { clock, signal: this.#step.signal, failed })
  }

  async #pause(until: number | undefined): Promise<void> {
    const { clock, tokens } = this.#context
    if (this.#isDirty) return
    const renewal = this.#ending ? undefined : tokens.renewalOf(this.#pod)
    const next = Math.min(until ?? Number.POSITIVE_INFINITY, renewal ?? Number.POSITIVE_INFINITY)
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    if (next === Number.POSITIVE_INFINITY)
      await new Promise<void>(resolve => woken.signal.addEventListener('abort', () => resolve(), { once: true }))
    else await wait(clock, Math.max(0, next - clock.now()), woken.signal)
    this.#wake = () => undefined
    if (renewal !== undefined && clock.now() >= renewal) await this.#volumes.refresh()
  }

  /** Times to come that were set by a clock which has been set back since would be waited for too long. */
  #now(): number {
    const now = this.#context.clock.now()
    if (now < this.#lookedAt) {
      this.#sandboxAttempts.hurry()
      this.#volumes.retryNow()
      this.#containers.clockSetBack(now)
    }
    this.#lookedAt = now
    return now
  }

  /** Probes what runs, and tells what is seen. */
  #look(): Sight {
    const sight = this.#sight()
    this.#heed.look(this.#pod, sight.observed, this.#ending !== undefined)
    if (this.#resources.settle(sight.pod, restOfResize(sight))) this.#context.sized(this.#pod.metadata.uid ?? '')
    this.#tell(sight)
    return sight
  }
  #sight(): Sight {
    const { observer } = this.#context
    const { uid = '', namespace = '', name = '' } = this.#pod.metadata
    const observed: ObservedPod = observer.pods.get(uid) ?? { uid, namespace, name, ...NOTHING_OBSERVED }
    return {
      pod: this.granted,
      observed,
      now: this.#now(),
      memory: {
        ...(this.#ending && { ending: this.#ending }),
        areVolumesMounted: this.#volumes.areMounted,
        stoppedSandboxes: this.#stoppedSandboxes,
        sandboxRetryAt: this.#sandboxAttempts.nextAt,
        mountRetryAt: this.#volumes.retryAt,
        health: id => this.#heed.health(id),
        ...this.#resources.memory,
        ...this.#containers.told,
      },
    }
  }

  #tell(sight: Sight): void {
    const { statuses, series, node } = this.#context
    const shown = this.#source.shown(this.#pod)
    this.#told = series.told(this.#told, podStatus({ ...sight, hostIPs: node.hostIPs, resizeConditions: this.#resources.conditions }))
    if (shown) statuses.set(shown, this.#told)
    this.#pauses.tell(sight, this.#context)
  }

  async #perform(step: Exclude<Step, { do: 'wait' }>, sight: Sight): Promise<void> {
    const { pod, observed } = sight
    const context = this.#context
    switch (step.do) {
      case 'mountVolumes':
        return this.#volumes.mount()
      case 'createSandbox':
        return this.#createSandbox(pod, step.attempt)
      case 'startContainer':
        return this.#startContainer(step, sight)
      case 'stopContainer': {
        if (step.isAnew) this.#containers.stopsAnew(step.container.id)
        const spec = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === step.container.name)
        const graceSeconds = step.graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30
        const ip = readySandbox(observed)?.ips[0] ?? ''
        return stopContainer(
          { pod, container: step.container, spec, ip, graceSeconds, message: step.message, signal: this.#step.signal },
          context,
        )
      }
      case 'restartAll':
        this.#containers.crashed(step.container, this.#times)
        return this.#containers.restartsAll(true)
      case 'killContainers':
        return killContainers(pod, step.containers, context)
      case 'removeContainers':
        this.#containers.removed(step.containers)
        return removePast({ containers: step.containers, sandboxes: [] }, context)
      case 'beginAnew':
        return this.#containers.restartsAll(false)
      case 'resize':
        return this.#resources.apply(pod, observed)
      case 'end':
        this.#ending = { graceSeconds: graceOf(pod), ...(step.verdict && { verdict: step.verdict }) }
        if (step.verdict) recordOf(context, pod)('Normal', step.verdict.reason, step.verdict.message)
        return
      case 'stopAll':
        this.#hurry = new AbortController()
        this.#isStopping = true
        return stopAll({ pod, observed, graceSeconds: this.#ending?.graceSeconds ?? 0, hurry: this.#hurry.signal }, context).finally(
          () => (this.#isStopping = false),
        )
      case 'stopSandboxes':
        await stopSandboxes(step.sandboxes, context)
        for (const { id } of step.sandboxes) this.#stoppedSandboxes.add(id)
        return
      case 'unmountVolumes':
        await context.devices.release(pod)
        return this.#volumes.unmount()
      case 'forget':
        await this.#source.ended(pod)
        this.#isForgotten = true
    }
  }

  get #times() {
    const { clock, settings } = this.#context
    return { now: clock.now(), maxMs: settings.crashPauseMaxMs }
  }
  #sourcesChanged(): void {
    this.#containers.sourcesChanged()
    this.poke()
  }

  async #createSandbox(pod: Pod, attempt: number): Promise<void> {
    const { clock } = this.#context
    try {
      await createSandbox(pod, attempt, this.#context)
      this.#resources.grouped(pod)
      this.#sandboxAttempts.succeeded()
    } catch (error) {
      const trouble = sandboxTrouble(error)
      if (!trouble) throw error
      recordOf(this.#context, this.#pod)('Warning', trouble.reason, trouble.message)
      this.#sandboxAttempts.failed(clock.now())
    }
  }

  async #startContainer({ container, attempt }: Extract<Step, { do: 'startContainer' }>, { pod, observed }: Sight): Promise<void> {
    const { clock, observer, series } = this.#context
    const { name } = container
    const sandbox = readySandbox(observed)
    if (!sandbox) return
    const ended = observed.containers.find(one => one.name === name && one.phase === 'exited')
    const takeBack = ended && this.#containers.crashed(ended, this.#times)
    let id: string | undefined
    const starting = (containerId: string) => {
      id = containerId
      this.#resources.made(containerId, { pod, container, observed })
      this.#containers.made(name, containerId, container.lifecycle?.postStart !== undefined)
      observer.poke()
    }
    const labels = series.starting(pod, name)
    try {
      await startContainer(
        { pod, observed, sandbox, container, attempt, sources: this.#volumes.sources, signal: this.#step.signal, starting },
        this.#context,
      )
      this.#containers.started(name)
      await forgetPast(pod, this.#context)
    } catch (error) {
      const now = clock.now()
      await observer.refresh()
      const isSandboxLost = !observer.pods.get(pod.metadata.uid ?? '')?.sandboxes.some(({ id, isReady }) => id === sandbox.id && isReady)
      if (isSandboxLost && error instanceof StartTrouble) {
        // It went away while the container was being started, which is no crash of the container.
        takeBack?.()
        return
      }
      const trouble = troubleOf(error, { now, isMade: id !== undefined })
      if (!trouble) throw error
      series.count('started_containers_errors_total', { ...labels, code: trouble.reason })
      this.#containers.failed(name, trouble)
    } finally {
      if (id) this.#containers.settled(id)
    }
  }
}
