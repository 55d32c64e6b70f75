/** What a pod and its containers have been granted, what has become of that, and how it is told. */
import { goError, isGrpcError } from '#base/grpc/client.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodCondition } from '#kinds/core/pod-status.ts'
import { resizeObjection } from './admit.ts'
import { type PodContext, recordOf } from './context.ts'
import type { ObservedPod } from './observed.ts'
import type { Memory } from './sight.ts'
import { RefusedSize, resizeRunning } from './resize-running.ts'
import { type ResizeState, resizeConditions, resizeStateIn, stageAt } from './resize-conditions.ts'
import { resizeMessage } from './resize-message.ts'
import type { Waiting } from './resize-order.ts'
import { type Applied, appliedTo, areSame, asGranted, type Grants, grantsOf, isGranted } from './resize.ts'
import { readRecord, type ResourceRecord, writeRecord } from './resource-record.ts'

/** After the kernel or the runtime refused a size: as upstream tries a pod again. */
const RETRY_MS = 10_000

export class PodResources {
  readonly #context: PodContext
  readonly #folder: string
  #record: ResourceRecord
  #state: ResizeState
  #retryAt = 0
  /** Asked for again and again, by all pods. */
  #last: { readonly asked: Pod; readonly granted: Grants; readonly pod: Pod } | undefined

  constructor(pod: Pod, context: PodContext) {
    this.#context = context
    this.#folder = context.volumes.podFolder(pod)
    this.#record = readRecord(this.#folder) ?? { granted: grantsOf(pod), group: grantsOf(pod), applied: appliedIn(pod) }
    this.#state = resizeStateIn(pod.status)
  }

  /** The pod as it is to run. */
  granted(pod: Pod): Pod {
    const { granted } = this.#record
    if (this.#last?.asked !== pod || this.#last.granted !== granted) this.#last = { asked: pod, granted, pod: asGranted(pod, granted) }
    return this.#last.pod
  }
  /** What has been given to a container, by id; undefined when that is not known. */
  applied(containerId: string): Applied | undefined {
    return this.#record.applied[containerId]
  }
  /** What decisions about the pod need to know of this. */
  get memory(): Pick<Memory, 'applied' | 'group' | 'isGroupSized' | 'resizeRetryAt'> {
    const { group, granted, isGroupUnsure } = this.#record
    const isGroupSized = !isGroupUnsure && areSame(group, granted)
    return { applied: id => this.applied(id), group, isGroupSized, resizeRetryAt: this.#retryAt }
  }
  get conditions(): readonly PodCondition[] {
    return resizeConditions(this.#state)
  }

  /** Set when the pod wants to be another size than it has been granted. */
  waiting(pod: Pod): Waiting | undefined {
    if (!isGranted(pod, this.#record.granted)) return { pod, granted: this.granted(pod), since: this.#state.pending?.since }
    // What it wanted meanwhile it wants no more.
    this.#state = { ...this.#state, pending: undefined }
    return undefined
  }
  /** Grants what the pod asks for, if the node has it beside the others. */
  decide(pod: Pod, others: readonly Pod[]): void {
    const { node, pressures, clock } = this.#context
    const generation = pod.metadata.generation ?? 0
    const objection = resizeObjection(pod, { allocatable: node.allocatable, others, pressures: pressures() })
    const { pending } = this.#state
    if (objection) {
      const stage = { reason: 'Deferred', message: objection.message, generation }
      const isNews = pending?.reason !== stage.reason || pending.generation !== generation
      this.#state = { ...this.#state, pending: stageAt(pending, stage, clock.now()) }
      if (isNews) this.#tell(pod, 'Warning', 'ResizeDeferred', resizeMessage(pod, 'Deferred', { generation, error: objection.message }))
      return
    }
    this.#save({ granted: grantsOf(pod) })
    this.#retryAt = 0
    this.#state = { pending: undefined, progress: stageAt(undefined, { generation }, clock.now()) }
    this.#tell(pod, 'Normal', 'ResizeStarted', resizeMessage(pod, 'started', { generation }))
  }
  /** Remembers how the pod came to this node. */
  admitted(): void {
    this.#save({})
  }
  /** Remembers that the pod's control group is as that of this pod is to be. */
  grouped(pod: Pod): void {
    this.#save({ group: grantsOf(pod), isGroupUnsure: false })
  }
  /** Remembers with what a container was made; containers that are no longer there are forgotten. */
  made(
    containerId: string,
    { pod, container, observed }: { readonly pod: Pod; readonly container: Container; readonly observed: ObservedPod },
  ): void {
    const known = Object.entries(this.#record.applied).filter(([id]) => observed.containers.some(one => one.id === id))
    this.#save({ applied: { ...Object.fromEntries(known), [containerId]: appliedTo(pod, container) } })
  }

  /** Gives what has been granted to what runs. What is refused is told of, and tried again later. */
  async apply(pod: Pod, observed: ObservedPod): Promise<void> {
    const { clock } = this.#context
    // Should it end half-way, the group is neither as it was nor as it is to be.
    this.#save({ isGroupUnsure: true })
    try {
      await resizeRunning(pod, observed, {
        context: this.#context,
        applied: id => this.applied(id),
        gave: (id, applied) => this.#save({ applied: { ...this.#record.applied, [id]: applied } }),
      })
      this.grouped(pod)
      this.#retryAt = 0
    } catch (error) {
      if (!isGrpcError(error) && !(error instanceof RefusedSize)) throw error
      this.#retryAt = clock.now() + RETRY_MS
      this.#failed(pod, isGrpcError(error) ? goError(error) : error.message)
    }
  }
  #failed(pod: Pod, message: string): void {
    const { progress } = this.#state
    const generation = progress?.generation ?? pod.metadata.generation ?? 0
    const next = stageAt(progress, { reason: 'Error', message, generation }, this.#context.clock.now())
    if (next === progress) return
    this.#state = { ...this.#state, progress: next }
    this.#tell(pod, 'Warning', 'ResizeError', resizeMessage(pod, 'error', { generation, error: message }))
  }
  /** True when with this a resize is complete: all is as it has been granted, and nothing is on its way to be. */
  settle(pod: Pod, { isBeingResized, isBusy }: { readonly isBeingResized: boolean; readonly isBusy: () => boolean }): boolean {
    const { progress } = this.#state
    if (isBeingResized && !progress)
      this.#state = {
        ...this.#state,
        progress: stageAt(undefined, { generation: pod.metadata.generation ?? 0 }, this.#context.clock.now()),
      }
    if (isBeingResized || !progress || isBusy()) return false
    this.#state = { ...this.#state, progress: undefined }
    this.#tell(pod, 'Normal', 'ResizeCompleted', resizeMessage(pod, 'completed', { generation: progress.generation }))
    return true
  }

  /** A full disk must not keep a pod from anything: the record is written with the next change then. */
  #save(change: Partial<ResourceRecord>): void {
    this.#record = { ...this.#record, ...change }
    if (!writeRecord(this.#folder, this.#record))
      this.#context.log.warn({ folder: this.#folder }, 'the disk is full: what a pod was granted is not kept over a restart')
  }
  #tell(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    recordOf(this.#context, pod)(type, reason, message)
  }
}

/** Of a pod that ran before there were records: what its status tells. */
const appliedIn = ({ status, spec }: Pod): ResourceRecord['applied'] =>
  Object.fromEntries(
    [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].flatMap(({ containerID, resources }) =>
      containerID && resources
        ? [[containerID.replace(/^.*:\/\//, ''), { own: resources, ...(spec.resources && { pod: spec.resources }) }]]
        : [],
    ),
  )
