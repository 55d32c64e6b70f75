/** The drivers of devices on this node: they come and go as sockets in a folder, and say by themselves who they are. Upstream: pluginmanager; cm/dra/plugin. */
import { existsSync, type FSWatcher, mkdirSync, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { type Clock, wait } from '#base/clock.ts'
import { GrpcClient, isGrpcError } from '#base/grpc/client.ts'
import type { Log } from '#base/log.ts'
import {
  type ClaimMessage,
  getInfo,
  notifyStatus,
  type PluginInfo,
  type PreparedDevice,
  prepareMethod,
  releaseMethod,
  SERVICES,
  type Service,
} from './messages.ts'

/** Upstream: defaultClientCallTimeout. */
const CALL_MS = 45_000
/** A registration is a few words. */
const GREETING_MS = 10_000
/** Should the system have missed to tell of a socket. */
const LOOK_MS = 5_000
const KIND = 'DRAPlugin'

/** A driver that can be asked. Its answers are by the claims' UIDs. */
export interface Driver {
  readonly prepare: (claims: readonly ClaimMessage[]) => Promise<ReadonlyMap<string, Answer>>
  readonly release: (claims: readonly ClaimMessage[]) => Promise<ReadonlyMap<string, Answer>>
}
export interface Answer {
  readonly devices: readonly PreparedDevice[]
  /** Empty when it went well. */
  readonly error: string
}
export interface DriversOptions {
  /** Where their sockets are. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
  /** Told of each driver that has come, or gone. */
  readonly changed: (driver: string, isHere: boolean) => void
}
interface Known {
  /** Of the socket file: another one of the same name is another driver. */
  readonly inode: number
  readonly name?: string
  readonly client?: GrpcClient
  readonly driver?: Driver
}

export class Drivers implements AsyncDisposable {
  readonly #options: DriversOptions
  readonly #known = new Map<string, Known>()
  readonly #stop = new AbortController()
  readonly #watcher: FSWatcher
  readonly #run: Promise<void>
  #wake = new AbortController()

  constructor(options: DriversOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true, mode: 0o750 })
    this.#watcher = watch(options.folder, () => this.#wake.abort())
    this.#run = this.#follow()
  }
  get(name: string): Driver | undefined {
    // The newest registration counts: a driver that is being replaced runs twice for a while.
    return [...this.#known.values()].findLast(each => each.name === name)?.driver
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#wake.abort()
    this.#watcher.close()
    await this.#run
    for (const { client } of this.#known.values()) client?.[Symbol.dispose]()
  }

  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController()
      await this.#look()
      await wait(this.#options.clock, LOOK_MS, this.#wake.signal)
    }
  }
  async #look(): Promise<void> {
    const { folder } = this.#options
    const sockets = new Map(
      readdirSync(folder).flatMap(file => {
        const found = file.startsWith('.') ? undefined : statSync(join(folder, file), { throwIfNoEntry: false })
        return found?.isSocket() ? [[join(folder, file), found.ino] as const] : []
      }),
    )
    for (const [path, known] of this.#known) if (sockets.get(path) !== known.inode) this.#forget(path, known)
    for (const [path, inode] of sockets) if (!this.#known.has(path)) await this.#greet(path, inode)
  }
  #forget(path: string, { name, client }: Known): void {
    this.#known.delete(path)
    client?.[Symbol.dispose]()
    if (name !== undefined && !this.get(name)) this.#options.changed(name, false)
  }

  /** One that does not answer is asked again; one that is none of ours is told so, once. */
  async #greet(path: string, inode: number): Promise<void> {
    const { log, changed } = this.#options
    using greeting = new GrpcClient(`unix:${path}`)
    try {
      const info = await greeting.call(getInfo, {}, { timeoutMs: GREETING_MS, signal: this.#stop.signal })
      const verdict = judge(info, path)
      await greeting.call(notifyStatus, verdict.error ? { isRegistered: false, error: verdict.error } : { isRegistered: true }, {
        timeoutMs: GREETING_MS,
      })
      if (!verdict.service) {
        log.warn({ socket: path, error: verdict.error }, 'a plugin was refused')
        this.#known.set(path, { inode })
        return
      }
      const client = new GrpcClient(`unix:${info.endpoint || path}`)
      this.#known.set(path, { inode, name: info.name, client, driver: driverOf(client, verdict.service) })
      log.info({ driver: info.name, service: verdict.service }, 'a driver of devices has registered')
      changed(info.name, true)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!isGrpcError(error)) throw error
      if (existsSync(path)) log.debug({ socket: path, error }, 'a plugin does not answer, trying again')
    }
  }
}

interface Verdict {
  readonly service?: Service | undefined
  readonly error: string
}
/** In which words to speak with a plugin, or why not at all. */
export function judge({ type, name, supportedVersions }: PluginInfo, socket: string): Verdict {
  if (type !== KIND) return { error: `no handler registered for plugin type: ${type} at socket ${socket}` }
  if (!name) return { error: 'DRA driver name is empty' }
  const service = SERVICES.find(each => supportedVersions.includes(each))
  if (service) return { service, error: '' }
  const quoted = (list: readonly string[]) => `[${list.map(each => JSON.stringify(each)).join(' ')}]`
  const why = supportedVersions.length
    ? `none of services supported by the plugin (${quoted(supportedVersions)}) are supported by the kubelet (${quoted(SERVICES)})`
    : 'empty list of supported gRPC services (aka supported versions)'
  return { error: `invalid supported gRPC versions of DRA driver plugin ${name}: ${why}` }
}

const driverOf = (client: GrpcClient, service: Service): Driver => ({
  prepare: async claims => {
    const { claims: answers } = await client.call(prepareMethod(service), { claims }, { timeoutMs: CALL_MS })
    return new Map(answers.map(({ key, value }) => [key, { devices: value?.devices ?? [], error: value?.error ?? '' }]))
  },
  release: async claims => {
    const { claims: answers } = await client.call(releaseMethod(service), { claims }, { timeoutMs: CALL_MS })
    return new Map(answers.map(({ key, value }) => [key, { devices: [], error: value?.error ?? '' }]))
  },
})
