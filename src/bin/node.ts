/** A node of the cluster in the network of this process: container runtime, cluster DNS, services and kubelet, put together. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import { resolverFile } from '#base/resolver-file.ts'
import type { ClusterFolder, Settings } from '#cli/cluster.ts'
import type { Client } from '#client/transport.ts'
import { TokenReview } from '#kinds/authentication/token-review.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import { startAssignedKubelet } from '#kubelet/assigned-kubelet.ts'
import { readConfiguration } from '#kubelet/configuration/read.ts'
import { cgroupName, cniConfigFolder, nftTableOf } from '#kubelet/machine/names.ts'
import { prepareDnsLink } from '#kubelet/machine/dns-link.ts'
import { keepRules, type MachineNetwork, prepareNetwork } from '#kubelet/machine/network.ts'
import { type Daemon, type DaemonOptions, startDaemon, stopDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { keepDaemon } from '#kubelet/runtime/daemon/keep.ts'
import { allPodRanges, linkRanges, podRanges, rangesIn } from '#cli/node-ranges.ts'
import type { ServeOptions } from '#kubelet/serve/server.ts'
import type { StandIn } from '#proxy/policy/policies.ts'
import { startProxy } from '#proxy/proxy.ts'
import { publishPorts } from '#proxy/published.ts'
import { startClusterDns } from './cluster-dns.ts'
import type { Teller } from './progress.ts'
import { kubernetesVersion } from './version.ts'

export interface NodeOptions {
  readonly clock: Clock
  readonly log: Log
  /** Where the node keeps its things. */
  readonly folder: Pick<ClusterFolder, 'root' | 'node' | 'kubeletConfig' | 'runtime'>
  readonly settings: Settings
  /** 1 is the machine itself; default 1. */
  readonly number?: number
  /** Where cluster DNS answers. */
  readonly clusterDNS: string
}

/** Network and container runtime; both outlive this process. */
export async function startRuntime(options: NodeOptions): Promise<Daemon> {
  const { settings, clusterDNS } = options
  await prepareNetwork(networkOf(options))
  await prepareDnsLink({ cluster: settings.name, address: clusterDNS })
  return startDaemon(daemonOf(options))
}
const networkOf = ({ folder, settings, number = 1 }: NodeOptions): MachineNetwork => ({
  cluster: settings.name,
  root: folder.root,
  ipamFolder: join(folder.runtime, 'ipam'),
  podRanges: allPodRanges(settings),
  nodeRanges: podRanges(settings.podCidr, number),
  linkRanges: linksThrough(settings, number),
})
/** The machine itself leads to its further nodes. */
const linksThrough = ({ podCidr, nodes = 1 }: NodeOptions['settings'], number: number): readonly string[] =>
  number === 1 && nodes > 1 ? linkRanges(podCidr) : []
const daemonOf = ({ clock, log, folder, settings, number = 1 }: NodeOptions): DaemonOptions => ({
  clock,
  log,
  folder: folder.runtime,
  cluster: cgroupName(settings.name, number),
  cniConfFolder: cniConfigFolder(folder.root),
})
/** The runtime of a node that is being started; one that was started for a node that then did not start is ended with the stack. */
export function runtimeFor(options: NodeOptions, stack: AsyncDisposableStack): { readonly daemon: Promise<Daemon>; keep(): void } {
  let isKept = false
  const daemon = startRuntime(options)
  stack.defer(async () => {
    const isOurs = await daemon.then(
      ({ wasStarted }) => wasStarted,
      () => false,
    )
    if (isOurs && !isKept) await stopDaemon({ clock: options.clock, folder: options.folder.runtime })
  })
  return { daemon, keep: () => void (isKept = true) }
}

export interface NodeParts {
  /** A client of the API server as a user with groups. */
  readonly clientOf: (user: string, groups: readonly string[]) => Client
  readonly nodeName: string
  /** The first one is the node's main one. */
  readonly addresses: readonly string[]
  readonly runtime: Promise<Daemon>
  /** For the kubelet's own API. */
  readonly tls: NonNullable<ServeOptions['tls']>
  readonly teller: Pick<Teller, 'step'>
  readonly stack: AsyncDisposableStack
}
/** Resolves when the node is Ready. What is to be ended with the process goes onto the stack; containers live on. */
export async function startNode(options: NodeOptions, parts: NodeParts): Promise<void> {
  const { settings, clusterDNS, clock, log, number = 1 } = options
  const { clientOf, nodeName, teller, stack } = parts
  const runtime = await parts.runtime
  stack.use(keepDaemon(daemonOf(options), runtime))
  stack.use(keepRules(networkOf(options), { clock, log }))
  const dns = {
    client: clientOf('system:kube-dns', ['system:masters']),
    clock,
    log,
    address: clusterDNS,
    ranges: [settings.podCidr, settings.serviceCidr].flatMap(rangesIn),
  }
  await teller.step(
    'cluster DNS',
    async () => stack.use(await startClusterDns(dns)),
    ({ problem }) => problem,
  )
  const client = clientOf(`system:node:${nodeName}`, ['system:nodes'])
  const proxy = stack.use(
    startProxy({
      client: clientOf('system:kube-proxy', []),
      nodeClient: client,
      policyClient: clientOf('system:network-policies', ['system:masters']),
      nodeName,
      clock,
      log,
      table: nftTableOf(settings.name, 'services'),
      podRanges: allPodRanges(settings),
      nodeRanges: podRanges(settings.podCidr, number),
      serviceRanges: rangesIn(settings.serviceCidr),
      // A link of the node carries this one.
      servedLocally: [clusterDNS],
      throughRanges: linksThrough(settings, number),
      standIns: [dnsPods([clusterDNS])],
      status: PROXY_PORTS,
    }),
  )
  // They are the machine's, which the other nodes are not.
  if (number === 1)
    stack.use(publishPorts({ client: clientOf('system:published-ports', ['system:masters']), proxy, clock, log, random: systemRandom }))
  await teller.step('node', async () => {
    const kubelet = stack.use(await startNodeKubelet(options, { ...parts, client, runtime }))
    await kubelet.ready
  })
}

function startNodeKubelet(
  { clock, log, folder, settings, number = 1, clusterDNS }: NodeOptions,
  { client, nodeName, addresses, runtime, tls }: Omit<NodeParts, 'runtime'> & { readonly client: Client; readonly runtime: Daemon },
): ReturnType<typeof startAssignedKubelet> {
  return startAssignedKubelet({
    client,
    clock,
    log,
    nodeName,
    addresses,
    dataFolder: folder.node,
    ...(existsSync(folder.kubeletConfig) && { settings: readConfiguration(readFileSync(folder.kubeletConfig, 'utf8')) }),
    runtimeSocket: runtime.socket,
    cluster: cgroupName(settings.name, number),
    // Those of which CNI takes addresses, so that nobody else is given them.
    podCIDRs: podRanges(settings.podCidr, number),
    version: kubernetesVersion.gitVersion,
    clusterDNS: [clusterDNS],
    resolverFile: resolverFile(),
    serve: { port: KUBELET_PORT, identify: whoShows(client), authorize: askServer(client, nodeName), tls },
  })
}
/** Upstream's. Of several clusters side by side the first one has them. */
const PROXY_PORTS = { health: 10_256, metrics: 10_249 }
/** The usual port; a kubelet takes any other one when a cluster beside this one has it, and the API server reads it off the Node. */
const KUBELET_PORT = 10_250

/** Cluster DNS is no pod here, but in policies it is named as the pods that it is elsewhere. */
const dnsPods = (addresses: readonly string[]): StandIn => ({
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns' },
  addresses,
  ports: [
    { name: 'dns', protocol: 'UDP', number: 53 },
    { name: 'dns-tcp', protocol: 'TCP', number: 53 },
  ],
})
/** Whose token it is. */
const whoShows =
  (client: Client): NonNullable<ServeOptions['identify']> =>
  async token => {
    const { status } = await client.create(TokenReview, { spec: { token } })
    return status?.authenticated ? { name: status.user?.username ?? '', groups: status.user?.groups ?? [] } : undefined
  }
/** Who may use this kubelet's own API is decided by the API server. Reference: Kubernetes docs, "Kubelet authentication/authorization". */
const askServer =
  (client: Client, nodeName: string): ServeOptions['authorize'] =>
  async ({ name: user, groups }, verb, subresource) => {
    const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName }
    const review = await client.create(SubjectAccessReview, { spec: { user, groups, resourceAttributes } })
    return review.status?.allowed ?? false
  }
