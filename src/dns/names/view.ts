/** The cluster as names are made from it. */
import { formatAddress, parseAddress } from '#base/cidr.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'

export interface ClusterView {
  hasNamespace(name: string): boolean
  service(namespace: string, name: string): Service | undefined
  /** The slices of a service. */
  slices(namespace: string, service: string): readonly EndpointSlice[]
  /** Services that have the address, which is written as `formatAddress` does. */
  servicesAt(address: string): readonly Service[]
  /** Slices with an endpoint of the address. */
  slicesAt(address: string): readonly EndpointSlice[]
  /** The namespace of the pod that has the address for itself. */
  namespaceAt(address: string): string | undefined
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
export const serviceNameOf = ({ metadata }: EndpointSlice): string => metadata.labels?.[SERVICE_NAME_LABEL] ?? ''
export const canonical = (text: string): string => {
  const address = parseAddress(text)
  return address ? formatAddress(address) : text
}

export interface LiveView extends ClusterView {
  /** Resolves when everything that is there now is known. */
  readonly ready: Promise<void>
  /** Calls back after each change that names or addresses may have. */
  onChange(listener: () => void): Disposable
}

export function liveView(mirrors: Mirrors): LiveView {
  const namespaces = mirrors.of(Namespace)
  const services = mirrors.of(Service)
  const slices = mirrors.of(EndpointSlice)
  const pods = mirrors.of(Pod)
  pods.addIndex('dns-address', pod => (hasOwnAddress(pod) ? (pod.status?.podIPs ?? []).map(({ ip }) => canonical(ip ?? '')) : []))
  services.addIndex('dns-address', ({ spec }) => (spec.clusterIPs ?? []).map(canonical))
  slices.addIndex('dns-service', slice => [`${slice.metadata.namespace}/${serviceNameOf(slice)}`])
  slices.addIndex('dns-address', ({ endpoints }) => [
    ...new Set((endpoints ?? []).flatMap(({ addresses }) => (addresses ?? []).map(canonical))),
  ])
  return {
    hasNamespace: name => namespaces.get({ name }) !== undefined,
    service: (namespace, name) => services.get({ namespace, name }),
    slices: (namespace, service) => slices.by('dns-service', `${namespace}/${service}`),
    servicesAt: address => services.by('dns-address', address),
    slicesAt: address => slices.by('dns-address', address),
    namespaceAt: address => pods.by('dns-address', address)[0]?.metadata.namespace,
    ready: Promise.all([namespaces, services, slices, pods].map(({ ready }) => ready)).then(() => undefined),
    onChange: listener => {
      const stack = new DisposableStack()
      for (const mirror of [namespaces, services, slices]) stack.use(mirror.onChange(listener))
      return stack
    },
  }
}

/** Pods on the node's network share its address, and those that have ended have given theirs back. */
const hasOwnAddress = ({ spec, status }: Pod): boolean => !spec.hostNetwork && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'
