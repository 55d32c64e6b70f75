/** Simulated nodes: they register, give signs of life, and move their pods through declared stages. No container ever runs. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { WorkQueue } from '#base/work-queue.ts'
import { keyOf, Mirror, refOf } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { renew } from '../node/heartbeat.ts'
import { Addresses } from './addresses.ts'
import { simulatedNode } from './simulated-node.ts'
import { nextStage, type Stage } from './stages.ts'

export interface SimulatedNodesOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  /** How many; they are called `<prefix>1`, `<prefix>2`, … */
  readonly count: number
  /** Default `simulated-`. */
  readonly prefix?: string
  /** Their names, instead of count and prefix. */
  readonly names?: readonly string[]
  /** `v1.36.1` */
  readonly version: string
  readonly labels?: Readonly<Record<string, string>>
  /** Of each node; default 32 CPUs, 256 GiB, 110 pods. */
  readonly capacity?: Readonly<Record<string, string>>
  readonly stages?: readonly Stage[]
  /** Where questions for logs and the like are answered, with a clear refusal; 0 when nowhere. */
  readonly kubeletPort?: number
  /** The address of all these nodes; default 127.0.0.1, where a refusing server can stand. */
  readonly address?: string
}
export interface SimulatedNodes extends AsyncDisposable {
  readonly names: readonly string[]
}
const RENEW_MS = 10_000
/** Nodes that speak to the server at the same time, of themselves or of a pod, so that their writes share commits. */
const SPEAKERS = 64

/** Resolves when all nodes are registered and Ready. Throws Refusal. */
export async function startSimulatedNodes(options: SimulatedNodesOptions): Promise<SimulatedNodes> {
  const { client, clock, log, count, prefix = 'simulated-' } = options
  const names = options.names ?? Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`)
  await forEach(names, name => register(name, options))
  const isOurs = new Set(names)
  const addresses = new Addresses()
  const pods = new Mirror(client, Pod, { clock, failed: error => log.warn({ error }, 'cannot watch pods, trying again') })
  const queue = new WorkQueue({
    clock,
    concurrency: SPEAKERS,
    work: key => move(key, { ...options, pods, addresses }),
    failed: (key, error, retryInMs) => log.warn({ key, error, retryInMs }, 'cannot move a simulated pod on, trying again'),
  })
  const subscription = pods.onChange(({ before, after }) => {
    if (after && isOurs.has(after.spec.nodeName ?? '')) queue.add(keyOf(after.metadata as { name: string }))
    else if (before) addresses.release(before.metadata.uid ?? '')
  })
  const beats = new Beats(names, options)
  return {
    names,
    async [Symbol.asyncDispose]() {
      beats[Symbol.dispose]()
      subscription[Symbol.dispose]()
      await queue[Symbol.asyncDispose]()
      await pods[Symbol.asyncDispose]()
    },
  }
}

async function register(name: string, options: SimulatedNodesOptions): Promise<void> {
  const { client, clock } = options
  const node = simulatedNode(name, { ...options, now: clock.now() })
  try {
    await client.create(Node, node)
  } catch (error) {
    if (!isRefusal(error, 'AlreadyExists')) throw error
  }
  await client.patch(Node, { name }, 'strategic', { status: node.status }, { subresource: 'status' })
  await renew({ client, clock, name })
}

interface Moving extends SimulatedNodesOptions {
  readonly pods: Mirror<Pod>
  readonly addresses: Addresses
}
/** Milliseconds after which the pod is to be looked at again; undefined when its next change tells. */
async function move(key: string, { client, clock, pods, addresses, stages, address = '127.0.0.1' }: Moving): Promise<number | undefined> {
  const pod = pods.get(refOf(key))
  const stage = pod && nextStage(pod, stages)
  if (!pod || !stage) return undefined
  const now = clock.now()
  const due = stage.due(pod)
  if (now < due) return due === Number.POSITIVE_INFINITY ? undefined : due - now
  const { uid = '', namespace } = pod.metadata
  const ref = { name: pod.metadata.name ?? '', namespace }
  const outcome = stage.outcome(pod, { hostIP: address, podIP: addresses.of(uid) }, now)
  try {
    if (outcome === 'delete') await client.delete(Pod, ref, { gracePeriodSeconds: 0, preconditions: { uid } })
    else pods.learn(await client.patch(Pod, ref, 'strategic', { metadata: { uid }, status: outcome.status }, { subresource: 'status' }))
  } catch (error) {
    // Someone else was quicker to take it away.
    if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error
  }
  return undefined
}

/** The leases of all nodes, renewed by one timer. */
class Beats implements Disposable {
  readonly #names: readonly string[]
  readonly #options: SimulatedNodesOptions
  #timer: Disposable
  constructor(names: readonly string[], options: SimulatedNodesOptions) {
    this.#names = names
    this.#options = options
    this.#timer = options.clock.after(RENEW_MS, () => void this.#beat())
  }
  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
  }
  async #beat(): Promise<void> {
    const { clock, log } = this.#options
    this.#timer = clock.after(RENEW_MS, () => void this.#beat())
    await forEach(this.#names, async name => {
      try {
        await renew({ ...this.#options, name })
      } catch (error) {
        log.warn({ error, node: name }, 'cannot renew the lease of a simulated node, trying again')
      }
    })
  }
}

async function forEach(names: readonly string[], speak: (name: string) => Promise<void>): Promise<void> {
  const left = names.values()
  const next = async () => {
    for (const name of left) await speak(name)
  }
  await Promise.all(Array.from({ length: SPEAKERS }, next))
}
