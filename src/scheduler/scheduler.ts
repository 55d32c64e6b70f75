/** Gives every pod without a node the best one, and tells why when there is none. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'
import { timestamp } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import { WorkQueue } from '#base/work-queue.ts'
import type { Cluster } from '#client/controller.ts'
import { EventRecorder } from '#client/events.ts'
import { type Change, keyOf, refOf } from '#client/mirror.ts'
import { Binding } from '#kinds/core/binding.ts'
import { condition, isGated, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { labelsText } from '#kinds/meta/selecting.ts'
import type { SchedulerConfiguration } from '#kinds/scheduler-configuration/read.ts'
import { ClusterView } from './cluster-view.ts'
import { type Refused, schedule } from './cycle.ts'
import { evict } from './evict.ts'
import { type Preemption, preempt } from './preemption.ts'
import { DEFAULT_NAME, type Profile, profilesOf } from './profile.ts'

/** Decisions are made one after the other; so many writes of their outcome may be under way at the same time. */
const BINDINGS_MAX = 64
interface Failure {
  readonly refused: Refused
  readonly preemption: Preemption
}
interface Waiting {
  readonly attempts: number
  readonly notBefore: number
  /** Names of the plugins that ruled nodes out. */
  readonly plugins: readonly string[]
}
/** What these say depends on which pods are where, not only on the room that they take. */
const NEIGHBOURLY = ['InterPodAffinity', 'PodTopologySpread']
/** In seconds: before a pod that found no node is tried again because the cluster changed. */
const RETRY = { podInitialBackoffSeconds: 1, podMaxBackoffSeconds: 10 }

export interface SchedulerOptions extends Cluster {
  readonly random: Random
  /** What a file says of how to decide; absent: as upstream does by default. */
  readonly configuration?: SchedulerConfiguration
}

export function startScheduler(options: SchedulerOptions): AsyncDisposable {
  return new Scheduler(options)
}

class Scheduler implements AsyncDisposable {
  readonly #options: SchedulerOptions
  readonly #view: ClusterView
  readonly #queue: WorkQueue
  readonly #profiles: ReadonlyMap<string, Profile>
  /** Each scheduler reports under its own name. */
  readonly #recorders: ReadonlyMap<string, EventRecorder>
  readonly #retry: BackoffLimits
  /** Pods that found no node, with the number of attempts so far and the time before which they are not tried again. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(options: SchedulerOptions) {
    const { client, clock, mirrors } = options
    const log = options.log.child({ component: 'scheduler' })
    this.#options = options
    const { podInitialBackoffSeconds, podMaxBackoffSeconds } = options.configuration ?? RETRY
    this.#retry = { firstMs: podInitialBackoffSeconds * 1000, maxMs: podMaxBackoffSeconds * 1000 }
    this.#profiles = profilesOf(options.configuration)
    this.#recorders = new Map([...this.#profiles.keys()].map(name => [name, new EventRecorder({ client, clock, log, component: name })]))
    this.#queue = new WorkQueue({
      clock,
      concurrency: BINDINGS_MAX,
      backoff: this.#retry,
      work: key => this.#place(key),
      failed: (key, error, retryInMs) => log.warn({ key, error, retryInMs }, 'will try again'),
    })
    this.#view = new ClusterView(mirrors)
    void this.#view.ready.then(() => {
      this.#view.pods.onChange(change => this.#podChanged(change))
      this.#view.nodes.onChange(() => this.#clusterChanged())
      this.#view.namespaces.onChange(() => this.#clusterChanged(NEIGHBOURLY))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]()
    await this.#view[Symbol.asyncDispose]()
    for (const recorder of this.#recorders.values()) await recorder.flush()
  }

  #podChanged({ before, after }: Change<Pod>): void {
    const pod = (after ?? before) as Pod
    const key = keyOf({ namespace: pod.metadata.namespace, name: pod.metadata.name as string })
    const promised = before && !before.spec.nodeName && before.status.nominatedNodeName
    if (promised && promised !== (after?.spec.nodeName || after?.status.nominatedNodeName)) this.#clusterChanged()
    if (after && this.#isOurs(after)) {
      // A change of status alone, such as our own condition, is no reason to try again.
      if (!before || before.metadata.generation !== after.metadata.generation || before.metadata.uid !== after.metadata.uid)
        this.#queue.add(key)
      return
    }
    this.#waiting.delete(key)
    const freed = pod.spec.nodeName && (!after || (isTerminal(after) && before && !isTerminal(before)))
    if (freed) this.#clusterChanged()
    else if (pod.spec.nodeName && !isSameNeighbour(before, after)) this.#clusterChanged(NEIGHBOURLY)
  }
  /** Room may have come up: those who wait are tried again, each not before its time; or only those whom one of the plugins held up. */
  #clusterChanged(heldUpBy?: readonly string[]): void {
    const now = this.#options.clock.now()
    for (const [key, { notBefore, plugins }] of this.#waiting)
      if (!heldUpBy || plugins.some(name => heldUpBy.includes(name))) this.#queue.add(key, Math.max(0, notBefore - now))
  }

  async #place(key: string): Promise<undefined> {
    const pod = this.#view.pods.get(refOf(key))
    const profile = pod && this.#profiles.get(nameFor(pod))
    if (!profile || !this.#isOurs(pod) || this.#view.isAssumed(pod)) return
    const snapshot = this.#view.snapshot()
    const { plugins } = profile
    const decision = schedule(pod, snapshot, { ...profile, chance: this.#options.random.integer(CHANCES) / CHANCES })
    if (decision.node === undefined) {
      const preemption = profile.preempts
        ? preempt(pod, { snapshot, refused: decision, plugins, budgets: this.#view.budgets.list() })
        : NO_PREEMPTION
      return this.#refuse(key, pod, { refused: decision, preemption })
    }
    this.#waiting.delete(key)
    return this.#bind(pod, decision.node)
  }

  async #bind(pod: Pod, node: string): Promise<undefined> {
    const { namespace, name, uid } = pod.metadata
    this.#view.assume(pod, node)
    try {
      const target = { apiVersion: 'v1', kind: 'Node', name: node }
      await this.#options.client.create(
        Binding,
        { metadata: { namespace, name, uid }, target },
        { of: { kind: Pod, namespace, name: name as string }, subresource: 'binding' },
      )
    } catch (error) {
      this.#view.forget(pod)
      // Deleted meanwhile, or bound by someone else: nothing is left to do.
      if ((isRefusal(error, 'NotFound') && error.status.details?.kind === 'pods') || isRefusal(error, 'Conflict')) return
      throw error
    }
    this.#recorderFor(pod).record({
      about: pod,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${node}`,
    })
  }

  async #refuse(key: string, pod: Pod, { refused, preemption }: Failure): Promise<undefined> {
    const { client, clock } = this.#options
    const attempts = this.#waiting.get(key)?.attempts ?? 0
    this.#waiting.set(key, { attempts: attempts + 1, notBefore: clock.now() + backoffMs(attempts, this.#retry), plugins: refused.plugins })
    const isPreempting = preemption.node !== undefined
    const message = refused.message + (isPreempting ? '' : preemption.message)
    this.#recorderFor(pod).record({ about: pod, type: 'Warning', reason: 'FailedScheduling', message })
    const nominatedBefore = pod.status.nominatedNodeName || undefined
    const nominated = isPreempting ? preemption.node : preemption.keepsNomination ? nominatedBefore : undefined
    // Heeded at once, so that no other pod takes the room that is about to be made.
    using _ = this.#view.nominate(pod, nominated)
    const known = condition(pod, 'PodScheduled')
    const isKnown = known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message
    if (!isKnown || nominated !== nominatedBefore) {
      const lastTransitionTime = known?.status === 'False' ? known.lastTransitionTime : timestamp(clock.now())
      const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime }
      try {
        const status = { conditions: [unschedulable], nominatedNodeName: nominated ?? null }
        const ref = { namespace: pod.metadata.namespace, name: pod.metadata.name as string }
        this.#view.pods.learn(await client.patch(Pod, ref, 'strategic', { status }, { subresource: 'status' }))
      } catch (error) {
        if (!isRefusal(error, 'NotFound')) throw error
        return
      }
    }
    if (isPreempting) await evict(preemption, pod, { client, clock, recorder: this.#recorderFor(pod), name: nameFor(pod) })
  }

  #recorderFor(pod: Pod): EventRecorder {
    return this.#recorders.get(nameFor(pod)) as EventRecorder
  }
  #isOurs(pod: Pod): boolean {
    return !pod.spec.nodeName && this.#profiles.has(nameFor(pod)) && !isTerminating(pod) && !isTerminal(pod) && !isGated(pod)
  }
}

/** How finely chance is drawn when nodes are equally good. */
const CHANCES = 1_000_000
/** Whether a placed pod counts to others for what it did before. */
const isSameNeighbour = (before: Pod | undefined, after: Pod | undefined) =>
  before?.spec.nodeName === after?.spec.nodeName &&
  before?.metadata.deletionTimestamp === after?.metadata.deletionTimestamp &&
  labelsText(before?.metadata.labels) === labelsText(after?.metadata.labels)
/** The scheduler that the pod asks for. */
const nameFor = ({ spec }: Pod): string => spec.schedulerName || DEFAULT_NAME
/** Where preemption is switched off, nothing is said of it. */
const NO_PREEMPTION: Preemption = { message: '', keepsNomination: false }
