/** The kubelet: one node of a cluster, with its pods as real containers. */
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isIPv6 } from '#base/cidr.ts'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { parseResolver } from '#base/resolver-file.ts'
import { EventRecorder } from '#client/events.ts'
import { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { type KubeletSettings, SETTINGS_DEFAULT } from './configuration/settings.ts'
import { NodeDevices } from './devices/node-devices.ts'
import { Evictor } from './eviction/evictor.ts'
import { evictOverfull } from './eviction/overfull.ts'
import { threadsMax } from './eviction/readings.ts'
import { ImageCollector } from './images/collector.ts'
import { CredentialProviders } from './images/credential-providers.ts'
import { nodeCredentials } from './images/node-credentials.ts'
import { Identities } from './images/identities.ts'
import { PullRecords } from './images/pull-records.ts'
import { ImagePuller } from './images/puller.ts'
import { Snapshots } from './images/snapshots.ts'
import { allPodsLimits, capacityOf, podsMaxOf } from './node/allocatable.ts'
import { beat } from './node/heartbeat.ts'
import { readMachine } from './node/machine.ts'
import { nodeLabels } from './node/node-object.ts'
import { aboutNode, register, type RegistrationOptions, report } from './node/registration.ts'
import { endPods } from './node-shutdown/end-pods.ts'
import { ShutdownWatch, type ShutdownWatchOptions } from './node-shutdown/watch.ts'
import { ApiPods } from './pods/api-pods.ts'
import { cgroupVersion } from './pods/cgroup.ts'
import { collectContainers } from './pods/collect-containers.ts'
import type { PodContext } from './pods/context.ts'
import { enforceAllocatable, PodGroups } from './pods/pod-groups.ts'
import { StatusWriter } from './pods/status-writer.ts'
import { UserNamespaces } from './pods/user-namespaces.ts'
import { PodSeries } from './pods/series.ts'
import { PodWorkers } from './pods/workers.ts'
import { readAbilities } from './runtime/abilities.ts'
import { connectRuntime } from './runtime/cri/client.ts'
import { Observer } from './runtime/observer.ts'
import { NotAvailable } from './serve/log-choice.ts'
import { rotateLogs } from './serve/rotate.ts'
import { serve, type ServeOptions } from './serve/server.ts'
import { UsageReader } from './serve/usage.ts'
import { SourceWatcher } from './sources.ts'
import { isStatic } from './static/manifest.ts'
import { StaticPods } from './static/static-pods.ts'
import { Tokens } from './volumes/tokens.ts'
import { Volumes } from './volumes/volumes.ts'

export interface KubeletOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  /** Of the Node object. */
  readonly nodeName: string
  /** Holds pods, logs and the manifests of static pods: `<dataFolder>/pods`, `<dataFolder>/logs`, `<dataFolder>/manifests`. */
  readonly dataFolder: string
  /** Path of the runtime's socket. */
  readonly runtimeSocket: string
  /** Names the control groups: `/knarr/<cluster>/kubepods`. */
  readonly cluster: string
  /** `v1.36.1` */
  readonly version: string
  /** Addresses of the cluster's DNS; without any, pods use the node's resolver. */
  readonly clusterDNS?: readonly string[]
  readonly clusterDomain?: string
  /** Addresses of this node; default: those of the default route. */
  readonly addresses?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: RegistrationOptions['taints']
  /** The ranges of its pods' addresses; absent: the cluster gives it some. */
  readonly podCIDRs?: readonly string[]
  /** Whether CNI maps host ports; else the proxy does. */
  readonly mapsHostPorts?: boolean
  /** The node's resolver configuration; default /etc/resolv.conf. */
  readonly resolverFile?: string
  /** Others than upstream's. */
  readonly settings?: Partial<KubeletSettings>
  /** Where the machine keeps its own logs; default /var/log. */
  readonly systemLogsFolder?: string
  /** Where systemd-logind is asked and configured; default: where it is on a machine. */
  readonly logind?: ShutdownWatchOptions['place']
  /** What is known of the machine; default: what its kernel says. */
  readonly readMachine?: typeof readMachine
  /** How this kubelet is asked for logs and the like; absent: it is not asked at all. */
  readonly serve?: ServeOptions
}
export interface Kubelet extends AsyncDisposable {
  readonly context: PodContext
  readonly workers: PodWorkers
  readonly collector: ImageCollector
  /** The port of its HTTPS API; 0 when it serves none. */
  readonly port: number
  /** Resolves when the Node is Ready for the first time. */
  readonly ready: Promise<void>
}

/** What was left behind by failures is looked for this often. */
const HOUSEKEEPING_MS = 10_000
/** Upstream: ContainerGCPeriod. */
const CONTAINERS_MS = 60_000
/** Upstream: ImageGCPeriod. */
const IMAGES_MS = 300_000
/** The sizes of volumes are looked at this often, as upstream does. */
const LOOK_MS = 10_000

/** Upstream's words. */
const SWAP_IS_ON = 'running with swap on is not supported, please disable swap or set --fail-swap-on flag to false'

/** Registers the node and looks after its pods until disposed; containers go on running after that. Throws when the runtime cannot be reached or the API refuses the node. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, clock, nodeName, dataFolder, runtimeSocket, cluster } = options
  const log = options.log.child({ component: 'kubelet' })
  const folders = { pods: join(dataFolder, 'pods'), logs: join(dataFolder, 'logs'), seccomp: join(dataFolder, 'seccomp') }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o755 })
  const read = options.readMachine ?? readMachine
  const machine = read(dataFolder)
  const addresses = options.addresses ?? machine.addresses
  const settings = { ...SETTINGS_DEFAULT, ...options.settings }
  if (settings.isSwapRefused && machine.swapBytes > 0) throw new Error(SWAP_IS_ON)
  const manifests = settings.staticPodPath ?? join(dataFolder, 'manifests')
  if (settings.staticPodPath === undefined) mkdirSync(manifests, { recursive: true, mode: 0o755 })
  const runtime = connectRuntime(runtimeSocket)
  const stop = new AbortController()
  const { runtimeName, runtimeVersion } = await runtime.version({})
  const abilities = await readAbilities(runtime)
  const parts: { context?: PodContext; workers?: PodWorkers } = {}
  const surroundings = { context: () => started(parts.context), workers: () => started(parts.workers) }
  const serving = options.serve && (await serve(options.serve, surroundings))
  const node = {
    name: nodeName,
    machine,
    addresses,
    labels: options.labels ?? {},
    shares: settings,
    podCIDRs: options.podCIDRs,
    kubeletPort: serving?.port ?? 0,
    kubeletVersion: options.version,
    abilities,
    runtimeVersion: `${runtimeName}://${runtimeVersion.replace(/^v/, '')}`,
  }
  const recorder = new EventRecorder({ client, clock, log, component: 'kubelet', host: nodeName })
  const { memoryBytes } = machine
  const cgroupRoot = `/knarr/${cluster}/kubepods`
  const limits = settings.isAllocatableEnforced ? allPodsLimits({ ...machine, threadsMax: threadsMax() }, settings.reserved) : undefined
  const podsGroup = limits && { path: cgroupRoot, memoryBytesMax: limits.memoryBytesMax ?? memoryBytes }
  const places = { nodeFolder: dataFolder, memoryBytes, pods: podsGroup }
  const evictor = new Evictor({ clock, log, runtime, settings: settings.eviction, ...places })
  await evictor.look()
  const { signal } = stop
  const shutdown = new ShutdownWatch({ clock, log, cluster, periods: settings.shutdown, ...(options.logind && { place: options.logind }) })
  const registration = {
    client,
    clock,
    log,
    runtime,
    node,
    taints: options.taints ?? settings.taints,
    folder: dataFolder,
    readMachine: read,
    recorder,
    settings,
    evictor,
    shutdown,
    signal,
  }
  const isRegistered = await register(registration).then(
    () => true,
    (error: unknown) => {
      if (isRefusal(error)) throw error
      log.warn({ error }, 'cannot register the node, running its static pods and trying again')
      return false
    },
  )
  let becomeReady: () => void = () => undefined
  const ready = new Promise<void>(resolve => (becomeReady = resolve))
  const runs = [
    beat({ client, clock, log, name: nodeName, leaseSeconds: settings.report.leaseSeconds, signal }),
    report(registration, { isRegistered, ready: () => becomeReady() }),
  ]

  let workers: PodWorkers | undefined
  // Upstream: sortPodIPs.
  const isMain = (address: string) => Number(isIPv6(address) === isIPv6(addresses[0] ?? ''))
  const mainFirst = (one: string, other: string) => isMain(other) - isMain(one)
  const observer = new Observer({ clock, log, runtime, socket: runtimeSocket, mainFirst, changed: uid => workers?.observed(uid) })
  await observer.refresh()
  const services = new Mirror(client, Service, { clock, failed: error => log.warn({ error }, 'cannot watch services, trying again') })
  const tokens = new Tokens(client, clock)
  const snapshots = new Snapshots(runtimeSocket, runtime)
  const pullRecords = new PullRecords({ clock, folder: join(dataFolder, 'image_manager'), verification: settings.pullVerification })
  const series = new PodSeries()
  const devices = new NodeDevices({ client, clock, log, nodeName, dataFolder, appliesCdi: abilities.cdi })
  const context: PodContext = {
    client,
    clock,
    log,
    runtime,
    observer,
    recorder,
    statuses: new StatusWriter({ client, clock, log }),
    images: new ImagePuller({
      runtime,
      clock,
      nodeCredentials: nodeCredentials({
        configFile: join(dataFolder, 'config.json'),
        providers: new CredentialProviders({
          clock,
          log,
          configFile: join(dataFolder, 'credential-providers.yaml'),
          binFolder: join(dataFolder, 'credential-providers'),
          identities: new Identities({ client, tokens }),
        }),
      }),
      records: pullRecords,
      parallelPullsMax: settings.parallelPullsMax,
      pulled: (sizeBytes, ms) => series.pulled(sizeBytes, ms),
    }),
    tokens,
    volumes: new Volumes({
      client,
      tokens,
      snapshots,
      podsFolder: folders.pods,
      warn: ({ metadata }, reason, message) =>
        recorder.record({ about: { apiVersion: 'v1', kind: 'Pod', metadata }, type: 'Warning', reason, message }),
    }),
    sources: new SourceWatcher({ client, clock, log }),
    usage: new UsageReader(),
    series,
    users: new UserNamespaces({ podsFolder: folders.pods, podsMax: podsMaxOf(machine, settings) }),
    devices: devices.claimed,
    groups: new PodGroups({ root: cgroupRoot, version: cgroupVersion(), limits }),
    startedAt: clock.now(),
    settings,
    pressures: () => evictor.conditions,
    isShuttingDown: () => shutdown.isUnderWay,
    node: {
      name: nodeName,
      labels: nodeLabels(node),
      hostIPs: addresses,
      memoryCapacityBytes: memoryBytes,
      allocatable: capacityOf(machine, settings).allocatable,
      cgroupVersion: cgroupVersion(),
      hugePageSizes: Object.keys(machine.hugePages),
      ignoresCpuLimits: settings.ignoresCpuLimits,
      killsSingleProcesses: settings.killsSingleProcesses,
      cgroupRoot,
      dns: {
        clusterDNS: options.clusterDNS ?? [],
        clusterDomain: options.clusterDomain ?? 'cluster.local',
        host: parseResolver(await readFile(settings.resolverFile ?? options.resolverFile ?? '/etc/resolv.conf', 'utf8').catch(() => '')),
      },
      mapsHostPorts: options.mapsHostPorts ?? false,
      abilities,
    },
    folders: { ...folders, systemLogs: options.systemLogsFolder ?? '/var/log' },
    pods: () => parts.workers?.granted ?? [],
    services: async pod => {
      if (!isStatic(pod)) await services.ready
      return services.list()
    },
  }
  const pods = new Mirror(client, Pod, {
    clock,
    fieldSelector: `spec.nodeName=${nodeName}`,
    failed: error => log.warn({ error }, 'cannot watch the pods of this node, trying again'),
  })
  const staticPods = new StaticPods({ ...context, nodeName, pods, folder: manifests })
  workers = new PodWorkers([new ApiPods({ ...context, pods }), staticPods], context)
  Object.assign(parts, { context, workers })
  const collector = new ImageCollector({ clock, log, runtime, recorder, nodeName, pods: context.pods, thresholds: settings.images })
  runs.push(
    keepHouse(workers, { ...context, collector, evictor, nodeDevices: devices }, signal),
    evictor.run({ workers, context, collector }, signal),
    rotateLogs(context, signal),
  )
  const watched = { workers, context }
  void ready.then(() =>
    shutdown.start({
      record: message => recorder.record({ about: aboutNode(nodeName), type: 'Normal', reason: 'Shutdown', message }),
      endPods: (periods, ended) => endPods(periods, { ...watched, signal: ended }),
    }),
  )
  return {
    context,
    workers,
    collector,
    ready,
    port: serving?.port ?? 0,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await shutdown[Symbol.asyncDispose]()
      await serving?.[Symbol.asyncDispose]()
      await staticPods[Symbol.asyncDispose]()
      await pods[Symbol.asyncDispose]()
      await workers[Symbol.asyncDispose]()
      await devices[Symbol.asyncDispose]()
      await Promise.all([observer[Symbol.asyncDispose](), services[Symbol.asyncDispose](), context.sources[Symbol.asyncDispose]()])
      context.statuses[Symbol.dispose]()
      await Promise.all(runs)
      await context.recorder.flush()
      snapshots[Symbol.dispose]()
      runtime[Symbol.dispose]()
    },
  }
}

/** A question that comes before the kubelet stands. */
function started<T>(part: T | undefined): T {
  if (part === undefined) throw new NotAvailable('the kubelet is starting')
  return part
}

/** Pods that wait for more are looked at whenever something changes; and now and then, should that have been missed. As upstream. */
/** Pods that went while the kubelet did not look have left prepared devices. Upstream: defaultReconcilePeriod. */
const DEVICES_MS = 60_000
const RESIZES_MS = 180_000
const RESIZES_FIRST_MS = 30_000

async function keepHouse(
  workers: PodWorkers,
  context: PodContext & { readonly collector: ImageCollector; readonly evictor: Evictor; readonly nodeDevices: NodeDevices },
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, collector, evictor, nodeDevices } = context
  const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  const now = clock.now()
  const tasks = [
    // The pods may never become known before the end.
    { every: HOUSEKEEPING_MS, at: now, run: () => Promise.race([workers.cleanOrphans(), aborted]) },
    { every: DEVICES_MS, at: now, run: () => Promise.race([workers.uids().then(uids => nodeDevices.tidy(uids)), aborted]) },
    // Once it is done it is done; what the kernel refuses is tried again.
    { every: Number.POSITIVE_INFINITY, at: now, run: () => enforceAllocatable({ ...context, nodeName: context.node.name }) },
    { every: CONTAINERS_MS, at: now + CONTAINERS_MS, run: () => collectContainers(context) },
    { every: RESIZES_MS, at: now + RESIZES_FIRST_MS, run: async () => workers.resize() },
    { every: 0, at: now, run: () => evictOverfull(workers, context, evictor) },
    { every: IMAGES_MS, at: now + IMAGES_MS, run: () => collector.collect() },
    { every: IMAGES_MS, at: now + IMAGES_MS, run: () => context.images.forgetGone() },
  ]
  while (!signal.aborted) {
    for (const task of tasks) {
      const inMs = task.at - clock.now()
      // Later than it ever is: the clock was set back.
      if (inMs > 0 && inMs <= task.every) continue
      try {
        await task.run()
        task.at = clock.now() + task.every
      } catch (error) {
        log.warn({ error }, 'cannot clean up, trying again')
      }
    }
    await wait(clock, LOOK_MS, signal)
  }
}
