/** This machine as a node of the cluster: network, container runtime and kubelet, put together. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import { resolverFile } from '#base/resolver-file.ts'
import type { ClusterFolder, Settings } from '#cli/cluster.ts'
import type { Client } from '#client/transport.ts'
import { SubjectAccessReview } from '#kinds/authorization/subject-access-review.ts'
import { cniConfigFolder, nftTableOf } from '#kubelet/machine/names.ts'
import { readConfiguration } from '#kubelet/configuration/read.ts'
import { prepareDnsLink } from '#kubelet/machine/dns-link.ts'
import { prepareNetwork } from '#kubelet/machine/network.ts'
import { type Kubelet, startKubelet } from '#kubelet/kubelet.ts'
import { type Daemon, startDaemon, stopDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import type { ServeOptions } from '#kubelet/serve/server.ts'
import type { StandIn } from '#proxy/policy/policies.ts'
import { startProxy } from '#proxy/proxy.ts'
import { publishPorts } from '#proxy/published.ts'
import type { Pki } from './pki.ts'
import { kubernetesVersion } from './version.ts'

export interface NodeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly folder: ClusterFolder
  readonly settings: Settings
  /** Where cluster DNS answers. */
  readonly clusterDNS: string
}

/** Network and container runtime; both outlive this process. */
export async function startRuntime({ clock, log, folder, settings, clusterDNS }: NodeOptions): Promise<Daemon> {
  await prepareNetwork({
    cluster: folder.name,
    root: folder.root,
    ipamFolder: join(folder.runtime, 'ipam'),
    clusterCidr: settings.podCidr,
    nodeCidr: nodeRange(settings.podCidr),
  })
  await prepareDnsLink({ cluster: folder.name, address: clusterDNS })
  return startDaemon({ clock, log, folder: folder.runtime, cluster: folder.name, cniConfFolder: cniConfigFolder(folder.root) })
}
/** Ends a runtime that was started for a cluster that then did not start. */
export const stopRuntime = ({ clock, folder }: Pick<NodeOptions, 'clock' | 'folder'>): Promise<void> =>
  stopDaemon({ clock, folder: folder.runtime })

/** The first node's share: a /24, for 110 pods and some to spare. */
const nodeRange = (podCidr: string): string => podCidr.replace(/\/\d+$/, '/24')

export interface KubeletParts {
  readonly client: Client
  readonly nodeName: string
  /** Of this machine; the first one is the node's main one. */
  readonly addresses: readonly string[]
  readonly runtime: Daemon
  readonly pki: Pki
  /** Of the kubelet's own API, if it is free. */
  readonly port: number
}
export const startNode = (
  { clock, log, folder, settings, clusterDNS }: NodeOptions,
  { client, nodeName, addresses, runtime, pki, port }: KubeletParts,
): Promise<Kubelet> =>
  startKubelet({
    client,
    clock,
    log,
    nodeName,
    addresses,
    dataFolder: folder.node,
    ...(existsSync(folder.kubeletConfig) && { settings: readConfiguration(readFileSync(folder.kubeletConfig, 'utf8')) }),
    runtimeSocket: runtime.socket,
    cluster: folder.name,
    // Those of which CNI takes addresses, so that nobody else is given them.
    podCIDRs: [nodeRange(settings.podCidr)],
    version: kubernetesVersion.gitVersion,
    clusterDNS: [clusterDNS],
    resolverFile: resolverFile(),
    serve: {
      port,
      authorize: askServer(client, nodeName),
      tls: { certificate: pki.kubeletServer.certificate, key: pki.kubeletServer.key, clientAuthority: pki.authority.certificate },
    },
  })

export interface ProxyParts {
  readonly client: Client
  readonly nodeClient: Client
  readonly policyClient: Client
  readonly nodeName: string
}
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
/** Services and policies as rules of the machine, and its published ports. Service addresses that a link of this machine carries are answered there. */
export function startServices(
  { clock, log, folder, settings }: NodeOptions,
  { servedLocally, publishing, ...parts }: ProxyParts & { readonly servedLocally: readonly string[]; readonly publishing: Client },
): AsyncDisposable {
  const stack = new AsyncDisposableStack()
  const proxy = stack.use(
    startProxy({
      ...parts,
      clock,
      log,
      table: nftTableOf(folder.name, 'services'),
      podRanges: [settings.podCidr],
      nodeRanges: [nodeRange(settings.podCidr)],
      serviceRanges: [settings.serviceCidr],
      servedLocally,
      standIns: [dnsPods(servedLocally)],
    }),
  )
  stack.use(publishPorts({ client: publishing, proxy, clock, log, random: systemRandom }))
  return stack
}

/** Who may use this kubelet's own API is decided by the API server. Reference: Kubernetes docs, "Kubelet authentication/authorization". */
const askServer =
  (client: Client, nodeName: string): ServeOptions['authorize'] =>
  async ({ name: user, groups }, verb) => {
    const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource: 'proxy', name: nodeName }
    const review = await client.create(SubjectAccessReview, { spec: { user, groups, resourceAttributes } })
    return review.status?.allowed ?? false
  }
