/** A kubelet whose configuration the API may assign: started anew with each one that is, while its pods run on. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wait } from '#base/clock.ts'
import { Mirror } from '#client/mirror.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Node } from '#kinds/core/node.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { type Choice, choose, configStatus, configurationIn, type Memory, type Source, trialEnd } from './configuration/assignment.ts'
import { type KubeletSettings, SETTINGS_DEFAULT } from './configuration/settings.ts'
import { type Kubelet, type KubeletOptions, startKubelet } from './kubelet.ts'

const RETRY_MS = 5_000

export interface AssignedKubeletOptions extends Omit<KubeletOptions, 'settings'> {
  /** The node's own. */
  readonly settings?: KubeletSettings
}
/** Throws as startKubelet does. */
export async function startAssignedKubelet(options: AssignedKubeletOptions): Promise<Pick<Kubelet, 'ready'> & AsyncDisposable> {
  const assigned = new AssignedKubelet(options)
  await assigned.start()
  return assigned
}

class AssignedKubelet implements AsyncDisposable {
  readonly #options: AssignedKubeletOptions
  readonly #own: KubeletSettings
  readonly #file: string
  readonly #node: Mirror<Node>
  readonly #stop = new AbortController()
  #configMap: { readonly source: Source; readonly mirror: Mirror<ConfigMap> } | undefined
  #memory: Memory
  #choice: Choice
  #kubelet: Kubelet | undefined
  /** Since when the kubelet runs with what it runs with. */
  #since = 0
  #wake = new AbortController()
  #run: Promise<void> = Promise.resolve()

  constructor(options: AssignedKubeletOptions) {
    const { client, clock, log, nodeName, dataFolder, settings = SETTINGS_DEFAULT } = options
    this.#options = options
    this.#own = settings
    this.#file = join(dataFolder, 'assigned-configuration.json')
    this.#memory = existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Memory) : {}
    this.#choice = choose(settings, this.#memory)
    const failed = (error: unknown) => log.warn({ error }, 'cannot watch the configuration of the node, trying again')
    this.#node = new Mirror(client, Node, { clock, fieldSelector: `metadata.name=${nodeName}`, failed })
    this.#node.onChange(() => this.#wake.abort())
  }

  get ready(): Promise<void> {
    return this.#kubelet?.ready ?? Promise.resolve()
  }
  async start(): Promise<void> {
    try {
      await this.#begin()
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw error
    }
    this.#run = this.#follow()
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#wake.abort()
    await this.#run
    await this.#configMap?.mirror[Symbol.asyncDispose]()
    await this.#node[Symbol.asyncDispose]()
    await this.#kubelet?.[Symbol.asyncDispose]()
  }

  async #begin(): Promise<void> {
    const { settings } = this.#choice
    this.#since = this.#options.clock.now()
    this.#kubelet = await startKubelet({ ...this.#options, settings })
  }

  async #follow(): Promise<void> {
    const { clock, log } = this.#options
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController()
      const { signal } = this.#wake
      try {
        await this.#look()
        const end = this.#trialEnd
        if (end !== undefined) await wait(clock, Math.max(0, end - clock.now()), signal)
        else if (!signal.aborted) await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
      } catch (error) {
        log.warn({ error }, 'cannot take over the configuration of the node, trying again')
        await wait(clock, RETRY_MS, this.#stop.signal)
      }
    }
  }
  /** When what is in use has proved itself. */
  get #trialEnd(): number | undefined {
    return trialEnd(this.#memory, this.#choice, this.#since)
  }

  /** Throws what the kubelet throws that is started, and Refusal. */
  async #look(): Promise<void> {
    await Promise.race([this.#node.ready, aborted(this.#stop.signal)])
    const node = this.#node.get({ name: this.#options.nodeName })
    if (!node || this.#stop.signal.aborted) return
    const { error, ...found } = await this.#assigned(node)
    const before = this.#memory
    const hasProved = this.#options.clock.now() >= (this.#trialEnd ?? Number.POSITIVE_INFINITY)
    const lastKnownGood = hasProved ? before.assigned : before.lastKnownGood
    this.#memory = { ...found, ...(lastKnownGood && { lastKnownGood }) }
    const choice = choose(this.#own, this.#memory)
    if (!isEqual(before, this.#memory)) this.#remember()
    const isOther = !this.#kubelet || choice.active?.text !== this.#choice.active?.text
    this.#choice = choice
    if (isOther) {
      this.#options.log.info({ source: choice.active?.source }, 'the kubelet starts anew with another configuration')
      await this.#kubelet?.[Symbol.asyncDispose]()
      this.#kubelet = undefined
      await this.#begin()
    }
    await this.#tell({ ...choice, ...(error !== undefined && { error }) })
  }

  /** What the API assigns; what was last had of it where it cannot be had now. */
  async #assigned({ spec }: Node): Promise<Pick<Memory, 'assigned'> & { readonly error?: string }> {
    const source: Source | undefined = spec.configSource?.configMap
    const isSame =
      source !== undefined && this.#configMap?.source.namespace === source.namespace && this.#configMap.source.name === source.name
    if (!isSame) {
      await this.#configMap?.mirror[Symbol.asyncDispose]()
      this.#configMap = source && { source, mirror: this.#mirrorOf(source) }
    }
    if (!source || !this.#configMap) return {}
    const { mirror } = this.#configMap
    await Promise.race([mirror.ready, aborted(this.#stop.signal)])
    const { namespace, name, kubeletConfigKey } = source
    const found = configurationIn({ namespace, name, kubeletConfigKey }, mirror.get({ namespace, name }))
    if (!('error' in found)) return { assigned: found }
    const { assigned } = this.#memory
    const isKept =
      assigned?.source.namespace === namespace && assigned.source.name === name && assigned.source.kubeletConfigKey === kubeletConfigKey
    return { ...(isKept && { assigned }), error: found.error }
  }
  #mirrorOf({ namespace, name }: Source): Mirror<ConfigMap> {
    const { client, clock, log } = this.#options
    const failed = (error: unknown) => log.warn({ error, namespace, name }, 'cannot watch the configuration of the node, trying again')
    const mirror = new Mirror(client, ConfigMap, { clock, namespace, fieldSelector: `metadata.name=${name}`, failed })
    mirror.onChange(() => this.#wake.abort())
    return mirror
  }

  /** A crash leaves the old file or the new one, never half of one. */
  #remember(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#memory), { mode: 0o600, flush: true })
    renameSync(`${this.#file}.new`, this.#file)
  }
  async #tell(choice: Choice): Promise<void> {
    const { client, nodeName: name } = this.#options
    const config = configStatus(this.#memory, choice)
    const told = this.#node.get({ name })?.status.config
    if (isEqual(told ?? null, config === null ? null : withoutNulls(config))) return
    try {
      await client.patch(Node, { name }, 'merge', { status: { config } }, { subresource: 'status' })
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
  }
}
const withoutNulls = (object: object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
