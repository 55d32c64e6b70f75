/** The watcher of the runtime: it lists gently, asks in detail only about what changed, and tells whose pod changed. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Received } from '#base/grpc/message.ts'
import type { ContainerPhase, ObservedContainer, ObservedPod, ObservedSandbox } from '../pods/observed.ts'
import type { Runtime } from './cri/client.ts'
import type { Container, ContainerStatus } from './cri/container.ts'
import { CONTAINER_STATE, SANDBOX_STATE, signalName } from './cri/enumerations.ts'
import { orGone } from './cri/gone.ts'
import type { PodSandbox } from './cri/sandbox.ts'
import { CONTAINER_HASH, CONTAINER_NAME, POD_NAME, POD_NAMESPACE, POD_UID } from './labels.ts'
import { lastWords } from './last-words.ts'
import { runtimeEvents } from './events.ts'

export interface ObserverOptions {
  readonly clock: Clock
  readonly log: Log
  readonly runtime: Runtime
  readonly socket: string
  /** Which of a pod's addresses stands before which: the runtime has an order of its own. */
  readonly mainFirst: (one: string, other: string) => number
  /** Told which pods (by UID) look different now. */
  readonly changed: (uid: string) => void
}

/** When nothing is told and nobody asks, the runtime is still listed this often. */
const QUIET_MS = 1_000
/** With a stream of events the list only makes up for what the stream may have lost. */
const QUIET_WITH_EVENTS_MS = 10_000
/** The runtime tells of an exit a moment before its lists show it: they are read again at this pace for a while. */
const BUSY_MS = 50
const BUSY_FOR_MS = 400

/** containerd hears of a kill for memory apart from the exit, and sometimes after it: for so long the reason is asked for anew. */
const REASON_SETTLES_MS = 2_000
const SIGKILL_EXIT_CODE = 137

const PHASES: Readonly<Record<number, ContainerPhase>> = {
  [CONTAINER_STATE.created]: 'created',
  [CONTAINER_STATE.running]: 'running',
  [CONTAINER_STATE.exited]: 'exited',
}

export class Observer implements AsyncDisposable {
  readonly #options: ObserverOptions
  readonly #stop = new AbortController()
  readonly #runs: Promise<unknown>[]
  #pods: ReadonlyMap<string, ObservedPod> = new Map()
  #containers = new Map<string, ObservedContainer>()
  #sandboxes = new Map<string, ObservedSandbox>()
  #listing: Promise<void> | undefined
  #busyUntil = 0
  #wake: () => void = () => undefined
  #hasEvents = false
  #failure: unknown = new Error('not listed yet')

  constructor(options: ObserverOptions) {
    this.#options = options
    this.#runs = [this.#poll(), this.#listen()]
  }

  /** What was seen last. */
  get pods(): ReadonlyMap<string, ObservedPod> {
    return this.#pods
  }
  /** Why the runtime could not be listed lately; undefined when it could. */
  get failure(): unknown {
    return this.#failure
  }
  /** Looks now, and again soon: something is about to change. */
  poke(): void {
    this.#busyUntil = this.#options.clock.now() + BUSY_FOR_MS
    this.#wake()
  }
  /** Looks now; what is seen afterwards is at least as new as this call. */
  async refresh(): Promise<void> {
    const running = this.#listing
    if (running) await running
    this.#listing ??= this.#list().finally(() => (this.#listing = undefined))
    await this.#listing
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#wake()
    await Promise.all(this.#runs)
  }

  async #poll(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      await this.refresh()
      const busyMs = this.#busyUntil - clock.now()
      // Longer than it ever is: the clock was set back.
      const isBusy = busyMs > 0 && busyMs <= BUSY_FOR_MS
      const pause = new AbortController()
      this.#wake = () => pause.abort()
      if (signal.aborted) return
      const quietMs = this.#hasEvents && !this.#failure ? QUIET_WITH_EVENTS_MS : QUIET_MS
      await wait(clock, isBusy ? BUSY_MS : quietMs, pause.signal)
    }
  }

  /** The daemon's own event stream tells at once that something happened; what happened is read from the lists. */
  async #listen(): Promise<void> {
    const { clock, log, socket } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        for await (const _ of runtimeEvents(socket, signal, () => (this.#hasEvents = true))) this.poke()
      } catch (error) {
        if (this.#hasEvents) log.debug({ error }, 'the stream of runtime events ended')
      }
      this.#hasEvents = false
      await wait(clock, QUIET_MS, signal)
    }
  }

  async #list(): Promise<void> {
    const { runtime, log } = this.#options
    try {
      const [{ items }, { containers }] = await Promise.all([runtime.listPodSandbox({}), runtime.listContainers({})])
      const sandboxes = await Promise.all(items.filter(({ labels }) => labels[POD_UID]).map(item => this.#sandbox(item)))
      const detailed = await Promise.all(containers.filter(({ labels }) => labels[POD_UID]).map(item => this.#container(item)))
      this.#sandboxes = new Map(sandboxes.flatMap(sandbox => (sandbox ? [[sandbox.id, sandbox] as const] : [])))
      this.#containers = new Map(detailed.flatMap(container => (container ? [[container.id, container] as const] : [])))
      this.#failure = undefined
      this.#publish(items, containers)
    } catch (error) {
      if (!this.#failure && !this.#stop.signal.aborted) log.warn({ error }, 'cannot list the runtime, trying again')
      this.#failure = error
    }
  }

  /** Undefined when it is gone since the list was made. */
  async #sandbox(item: Received<typeof PodSandbox>): Promise<ObservedSandbox | undefined> {
    const isReady = item.state === SANDBOX_STATE.ready
    const known = this.#sandboxes.get(item.id)
    if (known && known.isReady === isReady) return known
    const status = await orGone(this.#options.runtime.podSandboxStatus({ podSandboxId: item.id }))
    if (!status) return undefined
    const { ip = '', additionalIps = [] } = status.status?.network ?? {}
    const now = [ip, ...additionalIps.map(({ ip }) => ip)].filter(Boolean).toSorted(this.#options.mainFirst)
    // A sandbox that was stopped has no network any more; its pod is still known by the addresses that it had.
    const ips = now.length ? now : (known?.ips ?? [])
    return { id: item.id, attempt: item.metadata?.attempt ?? 0, isReady, createdAt: milliseconds(item.createdAt), ips }
  }

  async #container(item: Received<typeof Container>): Promise<ObservedContainer | undefined> {
    const phase = PHASES[item.state] ?? 'unknown'
    const known = this.#containers.get(item.id)
    if (known?.phase === phase && !this.#mayLearnWhy(known)) return known
    const answer = await orGone(this.#options.runtime.containerStatus({ containerId: item.id }))
    if (!answer?.status) return undefined
    return known?.phase === phase && answer.status.reason === known.reason ? known : containerOf(answer.status, item)
  }
  #mayLearnWhy({ exitCode, reason, finishedAt }: ObservedContainer): boolean {
    return exitCode === SIGKILL_EXIT_CODE && reason === 'Error' && this.#options.clock.now() < finishedAt + REASON_SETTLES_MS
  }

  #publish(items: readonly Received<typeof PodSandbox>[], containers: readonly Received<typeof Container>[]): void {
    const pods = new Map<
      string,
      { uid: string; namespace: string; name: string; sandboxes: ObservedSandbox[]; containers: ObservedContainer[] }
    >()
    const podOf = (labels: Readonly<Record<string, string>>) => {
      const uid = labels[POD_UID] as string
      const known = pods.get(uid)
      if (known) return known
      const made = { uid, namespace: labels[POD_NAMESPACE] ?? '', name: labels[POD_NAME] ?? '', sandboxes: [], containers: [] }
      pods.set(uid, made)
      return made
    }
    for (const { id, labels } of items)
      if (this.#sandboxes.has(id)) podOf(labels).sandboxes.push(this.#sandboxes.get(id) as ObservedSandbox)
    for (const { id, labels } of containers)
      if (this.#containers.has(id)) podOf(labels).containers.push(this.#containers.get(id) as ObservedContainer)
    for (const pod of pods.values()) {
      pod.sandboxes.sort((a, b) => b.createdAt - a.createdAt)
      pod.containers.sort((a, b) => b.createdAt - a.createdAt)
    }
    const before = this.#pods
    this.#pods = new Map([...pods].map(([uid, pod]) => [uid, same(before.get(uid), pod) ? (before.get(uid) as ObservedPod) : pod]))
    for (const uid of new Set([...before.keys(), ...pods.keys()])) if (before.get(uid) !== this.#pods.get(uid)) this.#options.changed(uid)
  }
}

/** Details are kept as they are while nothing changes, so identity tells. */
const same = (a: ObservedPod | undefined, b: ObservedPod) =>
  a !== undefined && sameItems(a.sandboxes, b.sandboxes) && sameItems(a.containers, b.containers)
const sameItems = (a: readonly unknown[], b: readonly unknown[]) => a.length === b.length && a.every((item, at) => item === b[at])

async function containerOf(status: Received<typeof ContainerStatus>, item: Received<typeof Container>): Promise<ObservedContainer> {
  const phase = PHASES[status.state] ?? 'unknown'
  const stopSignal = signalName(status.stopSignal)
  const user = status.user?.linux
  return {
    id: status.id,
    name: item.labels[CONTAINER_NAME] ?? status.metadata?.name ?? '',
    attempt: status.metadata?.attempt ?? 0,
    sandboxId: item.podSandboxId,
    phase,
    createdAt: milliseconds(status.createdAt),
    startedAt: milliseconds(status.startedAt),
    finishedAt: milliseconds(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: phase === 'exited' ? await lastWords(status) : status.message,
    image: status.image?.userSpecifiedImage || status.image?.image || '',
    imageId: status.imageRef,
    logPath: status.logPath,
    hash: status.annotations[CONTAINER_HASH] ?? '',
    ...(stopSignal && { stopSignal }),
    ...(user && { user: { linux: user } }),
  }
}
const milliseconds = (nanoseconds: number) => Math.floor(nanoseconds / 1_000_000)
