/** The proxy of a node: Services, EndpointSlices, host ports and NetworkPolicies become rules of nftables, and stay so. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { EventRecorder } from '#client/events.ts'
import { keyOf, Mirror, refOf } from '#client/mirror.ts'
import type { Client, Ref } from '#client/transport.ts'
import { zoneOf } from '#kinds/core/node/zone.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { Applier, type Figures } from './applier.ts'
import { OwnedDestinations } from './destinations.ts'
import { entryOf } from './entries.ts'
import { type Family, IPV4, IPV6, isOf } from './family.ts'
import { HealthChecks } from './health-checks.ts'
import { type PodShare, podShare } from './host-ports.ts'
import { Kernel } from './kernel.ts'
import { ProxyMetrics } from './metrics.ts'
import { type Clash, Neighbours } from './neighbours.ts'
import { Policies, type StandIn } from './policy/policies.ts'
import { Relays } from './relays.ts'
import { type Numbering, serviceShare } from './service-entries.ts'
import { serveStatus, type StatusPorts } from './status-server.ts'
import type { TableOptions } from './table.ts'
import { watchTables } from './table-watch.ts'
import { Wanted } from './wanted.ts'

export interface ProxyOptions {
  /** With the rights of `system:kube-proxy`. */
  readonly client: Client
  /** Of this node: for its pods, whose host ports are mapped. */
  readonly nodeClient: Client
  /** May read the policies, pods and namespaces of the whole cluster. */
  readonly policyClient: Client
  readonly clock: Clock
  readonly log: Log
  readonly nodeName: string
  /** Name of the nft tables, one of each family. */
  readonly table: string
  /** All pods of the cluster: `10.42.0.0/16`; one per family that the cluster has. */
  readonly podRanges: readonly string[]
  /** The pods of this node. */
  readonly nodeRanges: readonly string[]
  readonly serviceRanges: readonly string[]
  /** Service addresses that this machine answers by itself, such as that of cluster DNS. */
  readonly servedLocally?: readonly string[]
  /** Addresses of further nodes on this machine, whose packets come through this node. */
  readonly throughRanges?: readonly string[]
  /** What answers in the place of pods that policies name. */
  readonly standIns?: readonly StandIn[]
  /** Where it tells of itself; absent: nowhere. */
  readonly status?: StatusPorts
  /** As TableWatchOptions have them. */
  readonly checkEveryMs?: number
  readonly countEveryMs?: number
  /** How long nft may take. */
  readonly nftMaxMs?: number
}
export interface Proxy extends AsyncDisposable {
  /** Resolves when the rules of what there was at the start are in the kernel. */
  readonly ready: Promise<void>
  /** Where it tells of itself. */
  readonly status: Promise<StatusPorts | undefined>
  readonly figures: Readonly<Figures>
  /** Of services by name: whom traffic goes to, for others in this process that pass some on. */
  readonly slices: Mirror<EndpointSlice>
  readonly services: Mirror<Service>
}

const SERVICE_NAME = 'kubernetes.io/service-name'
const BY_SERVICE = 'service'

/** Rules stay when it is disposed, so that services go on while the process is started anew; `reset` removes them. */
export function startProxy(options: ProxyOptions): Proxy {
  const running = new RunningProxy(options)
  return running
}

class RunningProxy implements Proxy {
  readonly ready: Promise<void>
  readonly status: Promise<StatusPorts | undefined>
  readonly services: Mirror<Service>
  readonly slices: Mirror<EndpointSlice>
  readonly #options: ProxyOptions
  readonly #families: readonly Family[]
  readonly #nodes: Mirror<Node>
  readonly #pods: Mirror<Pod>
  readonly #policies: Policies
  readonly #wanted = new Wanted()
  readonly #destinations = new OwnedDestinations()
  readonly #applier: Applier
  readonly #kernel: Kernel
  readonly #neighbours: Neighbours
  readonly #healthChecks: HealthChecks
  readonly #metrics: ProxyMetrics
  readonly #parts = new AsyncDisposableStack()
  readonly #relays: Relays
  readonly #recorder: EventRecorder
  readonly #numberings = new Map<string, Numbering>()
  /** Whether all that there was at the start has been heard of. */
  #isKnown = false
  /** Keys of services to be looked at. */
  #dirty = new Set<string>()
  readonly #subscriptions = new DisposableStack()
  readonly #stop = new AbortController()
  #watching: Promise<void> | undefined

  constructor(options: ProxyOptions) {
    const { client, nodeClient, policyClient, clock, nodeName, podRanges, standIns = [] } = options
    const log = options.log.child({ component: 'proxy' })
    this.#options = options
    this.#families = [IPV4, IPV6].filter(family => podRanges.some(range => isOf(family, range)))
    this.#metrics = new ProxyMetrics(this.#families, clock.now())
    const failed = (error: unknown) => log.warn({ error }, 'watch failed, trying again')
    this.services = new Mirror(client, Service, { clock, failed })
    this.slices = new Mirror(client, EndpointSlice, { clock, failed, indexes: { [BY_SERVICE]: slice => serviceOf(slice) } })
    this.#nodes = new Mirror(client, Node, { clock, failed, fieldSelector: `metadata.name=${nodeName}` })
    this.#pods = new Mirror(nodeClient, Pod, { clock, failed, fieldSelector: `spec.nodeName=${nodeName}` })
    this.#recorder = new EventRecorder({ client, clock, log, component: 'kube-proxy', host: nodeName })
    const tables: readonly TableOptions[] = this.#families.map(family => ({ ...options, name: options.table, family }))
    this.#neighbours = new Neighbours({ log, tables, found: clash => this.#tellOf(clash) })
    this.#kernel = new Kernel({ clock, log, tables, metrics: this.#metrics, nftMaxMs: options.nftMaxMs })
    this.#applier = new Applier({
      clock,
      log,
      tables,
      wanted: this.#wanted,
      metrics: this.#metrics,
      prepare: () => {
        this.#lookAgain()
        this.#policies.look()
      },
      nft: script => this.#kernel.apply(script),
      applied: async changes => {
        this.#neighbours.look(changes)
        const destinations = this.#destinations.takeChanged()
        if (destinations) await this.#kernel.endFlows(destinations)
      },
      failed: error => this.#note('FailedToUpdateServiceRules', `Services do not reach their pods as they should: ${error.message}`),
    })
    this.#policies = new Policies({
      client: policyClient,
      clock,
      nodeName,
      families: this.#families,
      standIns,
      failed,
      changed: () => this.#ask(),
      put: (owner, entries) => this.#wanted.put(owner, entries),
    })
    this.#healthChecks = new HealthChecks({
      failed: ({ service, port }, error) =>
        log.warn({ service, port, error }, 'cannot answer load balancers that ask for the health of a service'),
      isHealthy: () => this.#metrics.isHealthy(clock.now()),
    })
    this.#relays = new Relays(clock, ({ host, port }, error) =>
      log.warn({ host, port, error }, 'cannot listen on a host port, trying again'),
    )
    this.ready = this.#start()
    this.status = this.#serveStatus(log)
    this.status.catch((error: unknown) => log.warn({ error }, 'the proxy cannot tell of itself'))
  }
  get figures(): Readonly<Figures> {
    return this.#applier.figures
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#subscriptions.dispose()
    this.#relays[Symbol.dispose]()
    const parts = [this.services, this.slices, this.#nodes, this.#pods, this.#policies, this.#applier, this.#healthChecks]
    await Promise.all(parts.map(part => part[Symbol.asyncDispose]()))
    await this.#watching
    await this.#neighbours[Symbol.asyncDispose]()
    await this.status.catch(() => undefined)
    await this.#parts[Symbol.asyncDispose]()
    await this.#recorder.flush()
  }

  async #start(): Promise<void> {
    await Promise.all([this.services.ready, this.slices.ready, this.#nodes.ready, this.#pods.ready, this.#policies.ready])
    if (this.#stop.signal.aborted) return
    this.#isKnown = true
    const touch = (keys: readonly string[]) => {
      for (const key of keys) this.#dirty.add(key)
      this.#ask()
    }
    this.#subscriptions.use(
      this.services.onChange(({ before, after }) => {
        this.#metrics.serviceChanged()
        touch([before, after].flatMap(service => (service ? [keyOf(service.metadata as Ref)] : [])))
      }),
    )
    this.#subscriptions.use(
      this.slices.onChange(({ before, after }) => {
        this.#metrics.endpointsChanged(before, after)
        touch([before, after].flatMap(slice => (slice ? serviceOf(slice) : [])))
      }),
    )
    this.#subscriptions.use(
      this.#nodes.onChange(({ before, after }) => {
        if (zoneOf(before) !== zoneOf(after)) touch(this.services.list().map(({ metadata }) => keyOf(metadata as Ref)))
      }),
    )
    this.#subscriptions.use(this.#pods.onChange(({ before, after }) => this.#mapHostPorts(after ?? before, after !== undefined)))
    const { checkEveryMs, countEveryMs, clock, log } = this.#options
    this.#watching = watchTables({
      clock,
      log: log.child({ component: 'proxy' }),
      kernel: this.#kernel,
      applier: this.#applier,
      checkEveryMs,
      countEveryMs,
      changed: what =>
        this.#note('ServiceRulesPutBack', `The table of service rules was changed by somebody else: ${what}; it is put back`),
      signal: this.#stop.signal,
    })
    this.#ask()
    await this.#applier.ready
  }

  /** A table that knows only some of the services would be worse than the one from before the restart. */
  #ask(): void {
    if (this.#isKnown) this.#applier.ask()
  }

  /** Brings what is wanted up to date with the services that have changed. */
  #lookAgain(): void {
    const keys = this.#dirty
    this.#dirty = new Set()
    const { nodeName, podRanges, servedLocally = [], throughRanges = [] } = this.#options
    const zone = zoneOf(this.#nodes.get({ name: nodeName }))
    const around = { nodeName, zone, families: this.#families, podRanges, servedLocally, throughRanges }
    for (const key of keys) {
      const service = this.services.get(refOf(key))
      const before = this.#numberings.get(key)
      const share = service && serviceShare(service, this.slices.by(BY_SERVICE, key), { ...around, ...(before && { before }) })
      if (share?.numbering.size) this.#numberings.set(key, share.numbering)
      else this.#numberings.delete(key)
      this.#wanted.put(`service ${key}`, share?.entries ?? new Map())
      this.#destinations.put(`service ${key}`, share?.destinations ?? new Map())
      this.#healthChecks.put(refOf(key), share?.healthCheck)
      this.#metrics.noneHere(key, share?.noneHere ?? [])
    }
  }

  #mapHostPorts(pod: Pod | undefined, isThere: boolean): void {
    if (!pod) return
    const { entries, destinations, relays } = isThere ? podShare(pod, this.#families) : NOTHING
    const owner = `pod ${pod.metadata.uid}`
    this.#relays.put(owner, relays)
    this.#wanted.put(owner, entries)
    this.#destinations.put(owner, destinations)
    if (this.#wanted.hasChanged) this.#ask()
  }

  async #serveStatus(log: Log): Promise<StatusPorts | undefined> {
    const { status: ports, clock, nodeName } = this.#options
    if (!ports) return undefined
    const isEligible = () => isServing(this.#nodes.get({ name: nodeName }))
    return this.#parts.use(await serveStatus({ ports, clock, log, metrics: this.#metrics, isEligible })).ports
  }

  /** Services and pods come as owners of the entries that clash. */
  #tellOf({ id, cluster }: Clash): void {
    const [kind, name = ''] = (this.#wanted.ownerOf(id) ?? '').split(' ')
    const about = kind === 'service' ? this.services.get(refOf(name)) : this.#pods.list().find(({ metadata }) => metadata.uid === name)
    if (!about) return
    const message = `Port ${portIn(id)} of this node is one of cluster "${cluster}" as well, on the same machine: only one of both gets what comes there; give one of them another port`
    this.#options.log.warn({ component: 'proxy', about: name, cluster }, message)
    const apiVersion = 'v1'
    this.#recorder.record({
      about: { apiVersion, kind: kind === 'service' ? 'Service' : 'Pod', metadata: about.metadata },
      type: 'Warning',
      reason: 'PortConflict',
      message,
    })
  }

  #note(reason: string, message: string): void {
    const node = this.#nodes.get({ name: this.#options.nodeName })
    this.#options.log.warn({ component: 'proxy', reason }, message)
    if (node)
      this.#recorder.record({ about: { apiVersion: 'v1', kind: 'Node', metadata: node.metadata }, type: 'Warning', reason, message })
  }
}

const NOTHING: PodShare = { entries: new Map(), destinations: new Map(), relays: [] }
/** `80/TCP` of `ip nodeports tcp . 80`. */
function portIn(id: string): string {
  const [protocol = '', port] = entryOf(id).key.split(' . ').slice(-2)
  return `${port}/${protocol.toUpperCase()}`
}
const serviceOf = ({ metadata: { namespace, labels } }: EndpointSlice): readonly string[] =>
  labels?.[SERVICE_NAME] ? [keyOf({ namespace, name: labels[SERVICE_NAME] })] : []
/** Upstream: NodeEligible of pkg/proxy/healthcheck. */
const isServing = (node: Node | undefined): boolean =>
  node !== undefined && !node.metadata.deletionTimestamp && !node.spec.taints?.some(({ key }) => key === GOING)
/** The cluster autoscaler is about to delete the node. */
const GOING = 'ToBeDeletedByClusterAutoscaler'
