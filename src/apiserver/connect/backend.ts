/** Where a request is passed on to, and with which credentials. */
import type { Pod } from '#kinds/core/pod.ts'
import { Node } from '#kinds/core/node.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Objects } from '../resources/objects.ts'

/** How this server shows itself to kubelets. PEM. */
export interface KubeletAccess {
  readonly cert: string
  readonly key: string
  /** Who must have signed a kubelet's certificate; absent: it is not looked at, as upstream does without that option. */
  readonly ca?: string
}
export interface Backend {
  readonly protocol: 'http:' | 'https:'
  readonly host: string
  readonly port: number
  /** Begins with a slash, or is empty. */
  readonly path: string
  /** Client certificate, where the backend is a kubelet. */
  readonly access?: KubeletAccess | undefined
}
/** The order in which a node's addresses are tried: upstream's default, InternalIP put first because names may resolve nowhere here. */
const PREFERRED = ['InternalIP', 'Hostname', 'InternalDNS', 'ExternalDNS', 'ExternalIP'] as const
const KUBELET_PORT = 10_250

/** The kubelet of a node. Throws NotFound, and InternalError when the node has no address. */
export async function kubeletOf(objects: Objects, nodeName: string): Promise<Omit<Backend, 'path'>> {
  const node = await objects.get(Node, { name: nodeName })
  if (!node) throw refuse.notFound({ group: '', resource: 'nodes' }, nodeName)
  const addresses = node.status.addresses ?? []
  const address = PREFERRED.map(type => addresses.find(one => one.type === type)).find(Boolean)
  if (!address) throw refuse.internal(`no preferred addresses found; known addresses: ${JSON.stringify(addresses)}`)
  return { protocol: 'https:', host: address.address, port: node.status.daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT }
}

/** The container that is meant: the named one, or the only one. Throws BadRequest with the choices. */
export function containerOf(pod: Pod, wanted: string | null): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const podName = pod.metadata.name
  if (wanted) {
    if ([...containers, ...initContainers, ...ephemeralContainers].some(({ name }) => name === wanted)) return wanted
    throw refuse.badRequest(`container ${wanted} is not valid for pod ${podName}`)
  }
  const [only] = containers
  if (only && containers.length === 1) return only.name
  if (!only) throw refuse.badRequest(`a container name must be specified for pod ${podName}`)
  const names = (all: readonly { readonly name: string }[]) => `[${all.map(({ name }) => name).join(' ')}]`
  const orInit = initContainers.length ? ` or one of the init containers: ${names(initContainers)}` : ''
  throw refuse.badRequest(`a container name must be specified for pod ${podName}, choose one of: ${names(containers)}${orInit}`)
}
