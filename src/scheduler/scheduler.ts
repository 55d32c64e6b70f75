/** Gives every pod without a node the best one, and tells why when there is none. */
import { type BackoffLimits, backoffMs } from '#base/backoff.ts'
import { timestamp } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import { Slots } from '#base/slots.ts'
import { WorkQueue } from '#base/work-queue.ts'
import type { Cluster } from '#client/controller.ts'
import { EventRecorder } from '#client/events.ts'
import { type Change, keyOf, refOf } from '#client/mirror.ts'
import { Binding } from '#kinds/core/binding.ts'
import { condition, isGated, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { isEqual } from '#schema/json-value.ts'
import type { SchedulerConfiguration } from '#kinds/scheduler-configuration/read.ts'
import { ClusterView } from './cluster-view.ts'
import { choose, type Decision, noteOf, refusal, type Refused, schedule, search, type Way } from './cycle.ts'
import { DYNAMIC_RESOURCES } from './plugins/dynamic-resources.ts'
import { deallocation } from './devices/deallocation.ts'
import { Reservation } from './devices/reservation.ts'
import { sharesOf } from './devices/shares.ts'
import { giveBack } from './devices/give-back.ts'
import { evict } from './evict.ts'
import { type Ask, Extenders } from './extenders.ts'
import type { Cause } from './hint.ts'
import { mayHelp } from './hints.ts'
import { type Attempt, candidates, leastHarm, type Preemption, preempt, unhelped } from './preemption.ts'
import { DEFAULT_NAME, type Profile, profilesOf } from './profile.ts'
import type { Snapshot } from './snapshot.ts'

/** Decisions are made one after the other; so many writes of their outcome may be under way at the same time. */
const BINDINGS_MAX = 64
interface Failure {
  readonly refused: Refused
  readonly preemption: Preemption
  /** The claim whose devices go back, so that the pod may get others. */
  readonly claim: ResourceClaim | undefined
}
/** What is decided on. */
interface Matter {
  readonly pod: Pod
  readonly profile: Profile
  readonly snapshot: Snapshot
  readonly way: Way
}
/** Writes what was decided. */
type Outcome = () => Promise<unknown>
interface Finding {
  readonly reason: 'Unschedulable' | 'SchedulerError'
  readonly message: string
  /** The node on which room is being made for the pod. */
  readonly nominated: string | undefined
}
interface Waiting {
  readonly attempts: number
  readonly notBefore: number
  /** Names of the plugins that ruled nodes out. */
  readonly plugins: readonly string[]
}
/** A pod that found no node is tried again by then, whatever happens. Upstream: DefaultPodMaxInUnschedulablePodsDuration. */
const UNSCHEDULABLE_MAX_MS = 300_000
/** Of more pods each waits for its time: trying all of them at each change of the cluster would keep the process busy, which has an API to serve. */
const EARLY_MAX = 100
/** In seconds: before a pod that found no node is tried again because the cluster changed. */
const RETRY = { podInitialBackoffSeconds: 1, podMaxBackoffSeconds: 10 }

export interface SchedulerOptions extends Cluster {
  readonly random: Random
  /** What a file says of how to decide; absent: as upstream does by default. */
  readonly configuration?: SchedulerConfiguration
  /** The machine that the scheduler runs on; its events name it. */
  readonly host?: string
  /** How the extenders of the configuration are asked; needed when it names some. */
  readonly ask?: Ask
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
  /** How often the cluster has changed. */
  #changes = 0
  readonly #extenders: Extenders
  /** Where extenders are asked a decision takes its time, and the next one must see its outcome. */
  readonly #turns = new Slots(1)
  readonly #stop = new AbortController()

  constructor(options: SchedulerOptions) {
    const { client, clock, mirrors } = options
    const log = options.log.child({ component: 'scheduler' })
    this.#options = options
    const { podInitialBackoffSeconds, podMaxBackoffSeconds } = options.configuration ?? RETRY
    this.#retry = { firstMs: podInitialBackoffSeconds * 1000, maxMs: podMaxBackoffSeconds * 1000 }
    this.#profiles = profilesOf(options.configuration)
    this.#extenders = new Extenders(options.configuration?.extenders ?? [], options.ask ?? NOBODY_TO_ASK, log)
    const reporter = { client, clock, log, ...(options.host !== undefined && { host: options.host }) }
    this.#recorders = new Map([...this.#profiles.keys()].map(component => [component, new EventRecorder({ ...reporter, component })]))
    this.#queue = new WorkQueue({
      clock,
      concurrency: BINDINGS_MAX,
      backoff: this.#retry,
      work: key => this.#place(key),
      urgency: key => this.#view.pods.get(refOf(key))?.spec.priority ?? 0,
      failed: (key, error, retryInMs) => log.warn({ key, error, retryInMs }, 'will try again'),
    })
    this.#view = new ClusterView(mirrors, clock)
    void this.#view.ready.then(() => {
      this.#view.pods.onChange(change => this.#podChanged(change))
      this.#view.nodes.onChange(change => this.#clusterChanged({ kind: 'Node', ...change }))
      this.#view.namespaces.onChange(() => this.#clusterChanged())
      const { claims, volumes, classes, csiNodes, attachments } = this.#view.stores
      claims.onChange(change => this.#clusterChanged({ kind: 'PersistentVolumeClaim', ...change }))
      volumes.onChange(change => this.#clusterChanged({ kind: 'PersistentVolume', ...change }))
      classes.onChange(change => this.#clusterChanged({ kind: 'StorageClass', ...change }))
      csiNodes.onChange(change => this.#clusterChanged({ kind: 'CSINode', ...change }))
      const { offers } = this.#view
      offers.claims.onChange(change => this.#clusterChanged({ kind: 'ResourceClaim', ...change }))
      offers.classes.onChange(change => this.#clusterChanged({ kind: 'DeviceClass', ...change }))
      offers.slices.onChange(change => this.#clusterChanged({ kind: 'ResourceSlice', ...change }))
      attachments.onChange(change => this.#clusterChanged({ kind: 'VolumeAttachment', ...change }))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
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
      // A change of status alone, such as our own condition, is no reason to try again; claims that were made for the pod are.
      const isAnew = !before || before.metadata.generation !== after.metadata.generation || before.metadata.uid !== after.metadata.uid
      if (isAnew || !isEqual(before.status.resourceClaimStatuses, after.status.resourceClaimStatuses)) this.#queue.add(key)
      return
    }
    this.#waiting.delete(key)
    const placed = { before: onNode(before), after: onNode(after) }
    if (placed.before || placed.after) this.#clusterChanged({ kind: 'Pod', ...placed })
  }
  /** Those who wait are tried again, before their time if nobody else is to be placed; with a cause only those to whom that may make a difference. KEP-5142. */
  #clusterChanged(cause?: Cause): void {
    this.#changes++
    if (this.#waiting.size === 0) return
    const now = this.#options.clock.now()
    const sight = {
      namespaceLabels: (name: string) => this.#view.namespaces.get({ name })?.metadata.labels ?? {},
      devices: this.#view.offers.devices,
    }
    for (const [key, { notBefore, plugins }] of this.#waiting) {
      const pod = cause && this.#view.pods.get(refOf(key))
      if (cause && !(pod && mayHelp(plugins, pod, cause, sight))) continue
      const delayMs = Math.max(0, notBefore - now)
      // Who has found no nodes at all has to wait, as after a fault.
      if (plugins.length && this.#waiting.size <= EARLY_MAX) this.#queue.addWhenIdle(key, delayMs)
      else this.#queue.add(key, delayMs)
    }
  }

  async #place(key: string): Promise<undefined> {
    const outcome = this.#extenders.isEmpty ? this.#decide(key) : await this.#turns.run(() => this.#decideTogether(key))
    await outcome?.()
    return undefined
  }

  /** What the next pod's decision must see is done when this returns; what is given does the rest. */
  #decide(key: string): Outcome | undefined {
    const matter = this.#matterOf(key)
    if (!matter) return undefined
    const { pod, snapshot, profile, way } = matter
    const decision = attempted(() => schedule(pod, snapshot, way))
    if (decision instanceof Error) return () => this.#fault(pod, decision)
    if (decision.node !== undefined) return this.#settle(key, matter, decision.node)
    const { claim, word } = profile.allots ? deallocation(pod, snapshot, decision) : UNASKED
    const attempt = { ...this.#attempt(matter, decision), word }
    const preemption = profile.preempts ? preempt(pod, attempt) : unhelped(attempt)
    return () => this.#refuse(key, pod, { refused: decision, preemption, claim })
  }
  /** The same, with the extenders. */
  async #decideTogether(key: string): Promise<Outcome | undefined> {
    const matter = this.#matterOf(key)
    if (!matter) return undefined
    try {
      return await this.#asked(key, matter)
    } catch (error) {
      return () => this.#fault(matter.pod, error)
    }
  }
  async #asked(key: string, matter: Matter): Promise<Outcome> {
    const before = this.#changes
    const { pod, snapshot, profile, way } = matter
    let found = await this.#extenders.filter(pod, search(pod, snapshot, way))
    if (!found.feasible.length && pod.status.nominatedNodeName) found = await this.#extenders.filter(pod, search(pod, snapshot, way, true))
    if (found.feasible.length) {
      const points = found.feasible.length > 1 ? await this.#extenders.points(pod, found.feasible) : []
      return this.#settle(key, matter, choose(pod, { snapshot, feasible: found.feasible }, way, points))
    }
    const refused = refusal(snapshot, found)
    const { claim, word } = profile.allots ? deallocation(pod, snapshot, refused) : UNASKED
    const attempt = { ...this.#attempt(matter, refused), word }
    const room = profile.preempts ? candidates(pod, attempt) : unhelped(attempt)
    const preemption =
      'candidates' in room ? leastHarm(await this.#extenders.preempt(pod, room.candidates, snapshot), room.otherwise) : room
    return async () => {
      await this.#refuse(key, pod, { refused, preemption, claim })
      // What came about while extenders were asked has not woken the pod: it was not waiting yet.
      const notBefore = this.#waiting.get(key)?.notBefore
      if (this.#changes !== before && notBefore !== undefined) this.#queue.add(key, Math.max(0, notBefore - this.#options.clock.now()))
    }
  }
  #matterOf(key: string): Matter | undefined {
    const pod = this.#view.pods.get(refOf(key))
    const profile = pod && this.#profiles.get(nameFor(pod))
    if (!profile || !this.#isOurs(pod) || this.#view.isAssumed(pod)) return undefined
    const snapshot = this.#view.snapshot()
    const gate = profile.plugins.find(({ gates }) => gates?.(pod, snapshot) !== undefined)
    if (gate) {
      this.#waiting.set(key, { attempts: this.#waiting.get(key)?.attempts ?? 0, notBefore: 0, plugins: [gate.name] })
      return undefined
    }
    return { pod, profile, snapshot, way: { ...profile, chance: this.#options.random.integer(CHANCES) / CHANCES } }
  }
  #attempt({ snapshot, profile }: Matter, refused: Refused): Attempt {
    return { snapshot, refused, plugins: profile.plugins, budgets: this.#view.budgets.list() }
  }
  #settle(key: string, { pod, snapshot, profile }: Matter, node: string): Outcome {
    this.#waiting.delete(key)
    this.#view.assume(pod, node)
    const { client, clock, random } = this.#options
    const shares = profile.allots ? sharesOf(pod, node, { snapshot, random }) : []
    if (!shares.length) return () => this.#bind(pod, node)
    const reservation = new Reservation(pod, shares, { client, clock, offers: this.#view.offers, signal: this.#stop.signal })
    return () => this.#bindWithDevices(pod, node, reservation)
  }

  async #bindWithDevices(pod: Pod, node: string, reservation: Reservation): Promise<unknown> {
    const message = `waiting for binding conditions for device on node ${node}`
    const note = { about: pod, type: 'Normal', reason: 'BindingConditionsPending', action: 'Scheduling', message } as const
    try {
      await reservation.write(() => this.#recorderFor(pod).record(note))
    } catch (error) {
      this.#setFree(pod, node)
      const why = error instanceof Error ? error.message : String(error)
      return await this.#fault(pod, new Error(`running PreBind plugin "${DYNAMIC_RESOURCES}": ${why}`, { cause: error }))
    }
    let isBound = false
    try {
      isBound = await this.#bind(pod, node)
    } finally {
      if (!isBound) await reservation.undo()
    }
  }
  #setFree(pod: Pod, node: string): void {
    this.#view.forget(pod)
    this.#clusterChanged({ kind: 'Pod', before: { ...pod, spec: { ...pod.spec, nodeName: node } } })
  }

  /** Whether the pod has the node now; without it there is no pod any more, or somebody else was quicker. */
  async #bind(pod: Pod, node: string): Promise<boolean> {
    const { namespace, name, uid } = pod.metadata
    try {
      const target = { apiVersion: 'v1', kind: 'Node', name: node }
      if (this.#extenders.isEmpty || !(await this.#extenders.bind(pod, node)))
        await this.#options.client.create(
          Binding,
          { metadata: { namespace, name, uid }, target },
          { of: { kind: Pod, namespace, name: name as string }, subresource: 'binding' },
        )
    } catch (error) {
      this.#setFree(pod, node)
      // Deleted meanwhile, or bound by someone else: nothing is left to do.
      if ((isRefusal(error, 'NotFound') && error.status.details?.kind === 'pods') || isRefusal(error, 'Conflict')) return false
      throw error
    }
    this.#recorderFor(pod).record({
      about: pod,
      type: 'Normal',
      reason: 'Scheduled',
      action: 'Binding',
      message: `Successfully assigned ${namespace}/${name} to ${node}`,
    })
    return true
  }

  async #refuse(key: string, pod: Pod, { refused, preemption, claim }: Failure): Promise<undefined> {
    const { client, clock } = this.#options
    const attempts = this.#waiting.get(key)?.attempts ?? 0
    this.#waiting.set(key, { attempts: attempts + 1, notBefore: clock.now() + backoffMs(attempts, this.#retry), plugins: refused.plugins })
    const isPreempting = preemption.node !== undefined
    const message = refused.message + (isPreempting ? '' : preemption.message)
    const nominatedBefore = pod.status.nominatedNodeName || undefined
    const nominated = isPreempting ? preemption.node : preemption.keepsNomination ? nominatedBefore : undefined
    // Heeded at once, so that no other pod takes the room that is about to be made.
    using _ = this.#view.nominate(pod, nominated)
    // An extender may change its mind without a word.
    this.#queue.add(key, UNSCHEDULABLE_MAX_MS)
    if (claim) await giveBack(claim, { client, claims: this.#view.offers.claims })
    if (!(await this.#tell(pod, { reason: 'Unschedulable', message, nominated }))) return
    if (isPreempting) await evict(preemption, pod, { client, clock, recorder: this.#recorderFor(pod), name: nameFor(pod) })
  }

  /** Without the word of an extender there is no decision; the pod comes back after a growing delay. */
  async #fault(pod: Pod, error: unknown): Promise<undefined> {
    const message = error instanceof Error ? error.message : String(error)
    await this.#tell(pod, { reason: 'SchedulerError', message, nominated: pod.status.nominatedNodeName || undefined })
    throw error
  }

  /** Says in event and condition why the pod has no node. Whether the pod is still there. */
  async #tell(pod: Pod, { reason, message, nominated }: Finding): Promise<boolean> {
    const { client, clock } = this.#options
    this.#recorderFor(pod).record({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message: noteOf(message),
    })
    const known = condition(pod, 'PodScheduled')
    const { generation } = pod.metadata
    const isKnown =
      known?.status === 'False' && known.reason === reason && known.message === message && known.observedGeneration === generation
    if (isKnown && nominated === (pod.status.nominatedNodeName || undefined)) return true
    const lastTransitionTime = known?.status === 'False' ? known.lastTransitionTime : timestamp(clock.now())
    try {
      const status = {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason,
            message,
            lastTransitionTime,
            ...(generation && { observedGeneration: generation }),
          },
        ],
        nominatedNodeName: nominated ?? null,
      }
      const ref = { namespace: pod.metadata.namespace, name: pod.metadata.name as string }
      this.#view.pods.learn(await client.patch(Pod, ref, 'strategic', { status }, { subresource: 'status' }))
      return true
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
      return false
    }
  }

  #recorderFor(pod: Pod): EventRecorder {
    return this.#recorders.get(nameFor(pod)) as EventRecorder
  }
  #isOurs(pod: Pod): boolean {
    return !pod.spec.nodeName && this.#profiles.has(nameFor(pod)) && !isTerminating(pod) && !isTerminal(pod) && !isGated(pod)
  }
}

/** An error instead of an answer, where nothing can be said of any node. */
function attempted(work: () => Decision): Decision | Error {
  try {
    return work()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error })
  }
}
/** How finely chance is drawn when nodes are equally good. */
const CHANCES = 1_000_000
/** A pod that takes room on a node. */
const onNode = (pod: Pod | undefined): Pod | undefined => (pod?.spec.nodeName && !isTerminal(pod) ? pod : undefined)
/** The scheduler that the pod asks for. */
const nameFor = ({ spec }: Pod): string => spec.schedulerName || DEFAULT_NAME
const NOBODY_TO_ASK: Ask = ({ urlPrefix }) => Promise.reject(new Error(`ask extender "${urlPrefix}": nothing was given to ask with`))
/** Where nobody chooses devices, nothing is said of claims. */
const UNASKED: { readonly claim?: undefined; readonly word?: undefined } = {}
