/** A cluster for tests on real containers: API server in this process, private containerd, one kubelet; no scheduler and no controllers. */
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InProcess } from '#apiserver/in-process.ts'
import { Pipeline } from '#apiserver/pipeline.ts'
import { systemClock, wait } from '#base/clock.ts'
import { type Log, silentLog } from '#base/log.ts'
import { run } from '#base/processes.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { type Kubelet, type KubeletOptions, startKubelet } from '#kubelet/kubelet.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { shutDownNode } from '#kubelet/machine/shutdown.ts'
import type { ShutdownPeriods } from '#kubelet/machine/shutdown-order.ts'
import { readMachine } from '#kubelet/node/machine.ts'
import { cgroupVersion, removeCgroup } from '#kubelet/pods/cgroup.ts'
import { type Daemon, startDaemon, stopDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { networkConfig } from '#kubelet/runtime/network.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { importTestImages, type TestImage } from './images.ts'

export const NODE = 'n1'

/** Writes to the terminal when DEBUG is set. */
const consoleLog: Log = {
  debug: (fields, message) => console.log('debug', message, fields),
  info: (fields, message) => console.log('info', message, fields),
  warn: (fields, message) => console.log('warn', message, fields),
  error: (fields, message) => console.log('error', message, fields),
  child: () => consoleLog,
}
export const log: Log = process.env.DEBUG ? consoleLog : silentLog

export interface Api extends AsyncDisposable {
  readonly client: Client
}
/** The API server in this process: everybody may do everything, and nobody adds anything. */
async function startApi(): Promise<Api> {
  const store = await openMemory({ clock: systemClock })
  const allow = { decision: 'allow' as const, reason: '' }
  const user = { name: 'test', uid: '', groups: ['system:masters'], extra: {} }
  const authorizer = { authorize: async () => allow, rules: async () => ({ resource: [], nonResource: [], incomplete: false }) }
  const pipeline = new Pipeline({
    store,
    catalogue,
    clock: systemClock,
    log,
    gates: () => ({ authenticate: async () => user, authorizer }),
    admission: [],
  })
  const client = createClient(new InProcess(pipeline, { user, agent: 'test' }))
  return { client, [Symbol.asyncDispose]: () => pipeline[Symbol.asyncDispose]() }
}

export interface Place {
  /** A disk of its own for images, volumes, logs and whatever containers write. */
  readonly diskBytes?: number
}
export class NodeCluster implements AsyncDisposable {
  readonly folder: string
  readonly client: Client
  daemon: Daemon
  kubelet: Kubelet
  readonly #cluster: string
  readonly #api: Api
  readonly #keepAlive = setInterval(() => undefined, 1_000)

  private constructor(parts: { folder: string; cluster: string; api: Api; daemon: Daemon; kubelet: Kubelet }) {
    this.folder = parts.folder
    this.client = parts.api.client
    this.daemon = parts.daemon
    this.kubelet = parts.kubelet
    this.#cluster = parts.cluster
    this.#api = parts.api
  }

  /** With an API server of its own, in this process. Throws when the machine cannot run containers: root is needed. */
  static async start(images?: readonly TestImage[], options?: Partial<KubeletOptions>, place?: Place): Promise<NodeCluster> {
    const api = await startApi()
    for (const name of ['default', 'kube-node-lease']) await api.client.create(Namespace, { metadata: { name } })
    return NodeCluster.join(api, { ...(images && { images }), ...(options && { options }), ...place })
  }
  /** A node for an API server that stands already. */
  static async join(
    api: Api,
    { images = ['busybox'], options = {}, diskBytes }: Place & { images?: readonly TestImage[]; options?: Partial<KubeletOptions> },
  ): Promise<NodeCluster> {
    if (process.getuid?.() !== 0) throw new Error('tests on real containers need root: run them as root, or leave test/node out')
    const keepAlive = setInterval(() => undefined, 1_000)
    const folder = mkdtempSync('/tmp/kn-')
    const cluster = folder.slice(folder.lastIndexOf('/') + 1)
    if (diskBytes !== undefined) await run(['mount', '-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder])
    const daemonFolder = join(folder, 'containerd')
    mkdirSync(join(daemonFolder, 'cni'), { recursive: true })
    const octet = 100 + Math.floor(Math.random() * 100)
    const conflist = networkConfig({
      name: 'knarr',
      podCIDRs: [`10.${octet}.0.0/24`],
      dataFolder: join(folder, 'ipam'),
    })
    writeFileSync(join(daemonFolder, 'cni/10-knarr.conflist'), JSON.stringify(conflist))
    const daemon = await startDaemon({ clock: systemClock, log, folder: daemonFolder, cluster })
    await importTestImages(daemon.socket, images)
    const kubelet = await kubeletOf(api.client, { folder, cluster, daemon, options })
    const made = new NodeCluster({ folder, cluster, api, daemon, kubelet })
    clearInterval(keepAlive)
    await made.kubelet.ready
    return made
  }

  /** Ends the kubelet and starts another, as a restart of the process does. */
  async restartKubelet(options: Partial<KubeletOptions> = {}): Promise<void> {
    await this.kubelet[Symbol.asyncDispose]()
    this.kubelet = await kubeletOf(this.client, { folder: this.folder, cluster: this.#cluster, daemon: this.daemon, options })
  }

  /** Ends kubelet, containers and runtime, and starts them anew, as `knarr down` and `knarr up` do. */
  async downAndUp(periods: ShutdownPeriods): Promise<void> {
    await this.kubelet[Symbol.asyncDispose]()
    const daemon = { clock: systemClock, log, folder: join(this.folder, 'containerd'), cluster: this.#cluster }
    await shutDownNode({ ...daemon, forGood: false, periods })
    this.daemon = await startDaemon(daemon)
    this.kubelet = await kubeletOf(this.client, { folder: this.folder, cluster: this.#cluster, daemon: this.daemon, options: {} })
  }

  /** What a machine that is switched off and on leaves: files. `meanwhile` happens before the kubelet is there again. */
  async reboot(bootId: string, meanwhile: () => Promise<unknown>): Promise<void> {
    await this.kubelet[Symbol.asyncDispose]()
    const folder = join(this.folder, 'containerd')
    const tasks = globSync(`${folder}/state/io.containerd.runtime.v2.task/*/*`).map(path => basename(path))
    const { processes } = await findLeftovers({ cluster: this.#cluster, root: this.folder })
    // With one of them others end, too.
    await run(['sh', '-c', 'kill -9 "$@" 2> /dev/null || true', 'sh', ...processes.map(({ pid }) => String(pid))])
    while (processes.some(({ pid }) => existsSync(`/proc/${pid}/exe`))) await wait(systemClock, 20)
    const { mounts } = await findLeftovers({ cluster: this.#cluster, root: this.folder })
    for (const { path } of mounts) await run(['umount', '-l', path])
    await removeCgroup(`/knarr/${this.#cluster}`, cgroupVersion())
    // /run is empty after a start.
    for (const id of tasks) rmSync(`/run/containerd/runc/k8s.io/${id}`, { recursive: true, force: true })
    await meanwhile()
    this.daemon = await startDaemon({ clock: systemClock, log, folder, cluster: this.#cluster })
    const options = { readMachine: (path: string) => ({ ...readMachine(path), bootId }) }
    this.kubelet = await kubeletOf(this.client, { folder: this.folder, cluster: this.#cluster, daemon: this.daemon, options })
  }

  /** Makes a pod on the node. */
  create(name: string, spec: object, metadata: object = {}): Promise<Pod> {
    return this.client.create(Pod, {
      metadata: { name, namespace: 'default', ...metadata },
      spec: { nodeName: NODE, ...spec },
    } as unknown as Partial<Pod>)
  }
  get(name: string): Promise<Pod> {
    return this.client.get(Pod, { namespace: 'default', name })
  }
  /** The first version of the pod for which `holds`; undefined when `holds` accepts that it is gone. Throws when it takes too long. */
  async until(name: string, holds: (pod: Pod | undefined) => unknown, timeoutMs = 60_000): Promise<Pod | undefined> {
    const stop = AbortSignal.timeout(timeoutMs)
    let pod: Pod | undefined
    const { items, metadata } = await this.client.list(Pod, { namespace: 'default', fieldSelector: `metadata.name=${name}` })
    pod = items[0]
    if (holds(pod)) return pod
    const watched = {
      namespace: 'default',
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: metadata.resourceVersion,
      signal: stop,
    }
    for await (const { type, object } of this.client.watch(Pod, watched)) {
      pod = type === 'DELETED' ? undefined : object
      if (holds(pod)) return pod
    }
    throw new Error(`wait for pod ${name}: not within ${timeoutMs} ms: ${JSON.stringify(pod?.status, null, 1)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { metadata } of (await this.client.list(Pod, { namespace: 'default' })).items) {
      const { name = '', namespace } = metadata
      await this.client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0 })
    }
    await this.kubelet[Symbol.asyncDispose]()
    await stopDaemon({ clock: systemClock, folder: join(this.folder, 'containerd') })
    await removeCgroup(`/knarr/${this.#cluster}`, cgroupVersion())
    await this.#api[Symbol.asyncDispose]()
    clearInterval(this.#keepAlive)
    const mounts = (await run(['sh', '-c', `grep -o " ${this.folder}[^ ]*" /proc/self/mountinfo | sort -ru || true`])).trim().split('\n')
    for (const mount of mounts) if (mount.trim()) await run(['umount', '-l', mount.trim()])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const kubeletOf = (
  client: Client,
  { folder, cluster, daemon, options }: { folder: string; cluster: string; daemon: Daemon; options: Partial<KubeletOptions> },
) =>
  startKubelet({
    client,
    clock: systemClock,
    log,
    nodeName: NODE,
    dataFolder: join(folder, 'kubelet'),
    runtimeSocket: daemon.socket,
    cluster,
    version: 'v1.36.0',
    ...options,
  })

/** Waits for its end. Until the trap is set it is deaf, as the first process of a container; then its grace ends it. */
export const WAITS = 'trap "exit 0" TERM; sleep 1000 & wait'
/** A pod of one busybox container that runs a shell script. */
export const shell = (script: string, more: object = {}) => ({
  terminationGracePeriodSeconds: 1,
  containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more }],
})
