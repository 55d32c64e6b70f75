/** A whole control plane with simulated nodes on virtual time, for scenarios: nothing is real but the code. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import { assembleControlPlane, type ControlPlane } from '#bin/control-plane.ts'
import { openPki, type Pki } from '#bin/pki.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { controllers } from '#controllers/index.ts'
import { Event } from '#kinds/core/event.ts'
import { startSimulatedNodes } from '#kubelet/simulated/nodes.ts'
import { startScheduler } from '#scheduler/scheduler.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import type { Store } from '#store/store.ts'
import { measuring, type Uses } from './usage.ts'

const MASTERS = ['system:masters']
const HOUR_MS = 3_600_000
const BEGIN = Date.parse('2030-01-01T01:00:00Z')
/** Until a new cluster is quiet. */
const SETTING_UP_MS = 120_000
/** Turns of the event loop without any write, after which everything that is due has happened. */
const IDLE_TURNS = 25
/** Virtual time without a write that matters, after which a cluster is quiet. */
const QUIET_MS = 45_000
/** A cluster that is not quiet after so much virtual time never will be. */
const NEVER_MS = 4 * HOUR_MS
/** Signs of life and stories are no changes of state. */
const NOT_COUNTED = /\/(leases|events)\//

let pki: Pki | undefined
/** Keys take long to make and do not matter here: all worlds of a process share them. */
function sharedPki(now: number): Pki {
  if (pki) return pki
  const folder = mkdtempSync(join(tmpdir(), 'knarr-scenario-'))
  const hosts = ['localhost']
  pki = openPki({ folder, serverHosts: hosts, node: { name: 'node', hosts }, now })
  rmSync(folder, { recursive: true, force: true })
  return pki
}

export class World implements AsyncDisposable {
  readonly clock: VirtualClock
  readonly client: Client
  readonly #store: Store
  readonly #plane: ControlPlane
  readonly #pki: Pki
  readonly #nodes = new Map<string, AsyncDisposable>()
  #controllers: AsyncDisposableStack | undefined
  /** Keys that were written since the last mark, one entry per write. */
  readonly writes: string[] = []
  readonly uses: Uses = new Map()
  #lastWriteMs = 0

  private constructor(store: Store, clock: VirtualClock) {
    this.clock = clock
    this.#store = store
    this.#pki = sharedPki(clock.now())
    this.#plane = assembleControlPlane({
      store,
      clock,
      log: silentLog,
      authority: this.#pki.authority.certificate,
      tokenKey: this.#pki.tokenKey,
      kubelet: this.#pki.kubeletClient,
      endpoint: () => ({ address: '192.0.2.1', port: 6443 }),
      serviceRanges: ['10.96.0.0/16'],
    })
    this.client = this.#plane.clientOf('kubernetes-admin', MASTERS)
  }

  static async open(nodes: readonly string[]): Promise<World> {
    const clock = new VirtualClock(BEGIN - SETTING_UP_MS)
    const world = new World(await openMemory({ clock }), clock)
    await world.#store.watch(
      { start: '', end: '\uffff', from: world.#store.revision + 1 },
      { events: events => events.forEach(({ key }) => world.#written(key)) },
    )
    await world.#plane.prepare()
    world.startControllers()
    for (const name of nodes) await world.startNode(name)
    await world.runUntilQuiet()
    // Scenarios begin on the hour, as schedules go by it.
    await world.runTo(BEGIN)
    await world.mark()
    return world
  }

  /** How often each event had been told when counting began, by UID. */
  readonly told = new Map<string, number>()
  /** Writes and events are counted from here. */
  async mark(): Promise<void> {
    this.writes.length = 0
    for (const { metadata, count = 1 } of (await this.client.list(Event)).items) this.told.set(metadata.uid as string, count)
  }

  startControllers(): void {
    if (this.#controllers) return
    const running = new AsyncDisposableStack()
    const cluster = (user: string) => {
      const client = createClient(measuring(this.#plane.clientOf(user, MASTERS), this.uses, this.clock))
      return { client, clock: this.clock, log: silentLog, mirrors: running.use(new Mirrors(client, { clock: this.clock, log: silentLog })) }
    }
    const manager = cluster('system:kube-controller-manager')
    for (const controller of controllers({ authority: this.#pki.authority.certificate })) running.use(controller.start(manager))
    running.use(startScheduler({ ...cluster('system:kube-scheduler'), random: seededRandom(1) }))
    this.#controllers = running
  }
  async stopControllers(): Promise<void> {
    await this.#controllers?.disposeAsync()
    this.#controllers = undefined
  }
  async startNode(name: string): Promise<void> {
    const client = this.#plane.clientOf('system:simulated-nodes', MASTERS)
    this.#nodes.set(
      name,
      await startSimulatedNodes({ client, clock: this.clock, log: silentLog, count: 1, names: [name], version: 'v1.36.0' }),
    )
  }
  /** The node gives no sign of life any more, and its pods do nothing. */
  async silenceNode(name: string): Promise<void> {
    await this.#nodes.get(name)?.[Symbol.asyncDispose]()
    this.#nodes.delete(name)
  }

  /** Lets everything happen that is due now. */
  async settle(): Promise<void> {
    let known = -1
    for (let idle = 0; idle < IDLE_TURNS; ) {
      await new Promise(resolve => setImmediate(resolve))
      idle = this.#store.revision === known ? idle + 1 : 0
      known = this.#store.revision
    }
  }
  /** Lets everything happen that is due until then, each at its time. */
  async runTo(at: number): Promise<void> {
    await this.settle()
    for (let next = this.clock.next; next !== undefined && next <= at; next = this.clock.next) {
      this.clock.advance(next)
      await this.settle()
    }
    this.clock.advance(at)
  }
  async runUntilQuiet(): Promise<void> {
    const start = this.clock.now()
    this.#lastWriteMs = start
    await this.settle()
    for (let next = this.clock.next; next !== undefined; next = this.clock.next) {
      if (next - this.#lastWriteMs > QUIET_MS) return
      if (next - start > NEVER_MS) throw new Error(`run until quiet: still writing after ${NEVER_MS / HOUR_MS} hours`)
      this.clock.advance(next)
      await this.settle()
    }
  }
  #written(key: string): void {
    if (NOT_COUNTED.test(key)) return
    this.writes.push(key)
    this.#lastWriteMs = this.clock.now()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopControllers()
    for (const node of this.#nodes.values()) await node[Symbol.asyncDispose]()
    await this.#plane[Symbol.asyncDispose]()
    await this.#store[Symbol.asyncDispose]()
  }
}
