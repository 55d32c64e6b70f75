/** Which pods stand behind a service, under which addresses and ports. Shared by Endpoints and EndpointSlices. Upstream: endpointslice/util, endpoint/util. */
import { parseAddress } from '#base/cidr.ts'
import type { Mirrors } from '#client/mirrors.ts'
import type { Ref } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isSidecar, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import type { ServicePort } from '#kinds/core/service-spec.ts'

export type Family = 'IPv4' | 'IPv6'

/** Whether the service's endpoints are made from pods; those of others are written by whoever made the service. */
export const selectsPods = ({ spec }: Service): boolean => spec.type !== 'ExternalName' && spec.selector !== undefined
export const selected = ({ spec: { selector = {} } }: Service, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

/** The services that a pod concerns. */
export const servicesOf = ({ metadata: { namespace, labels } }: Pod, mirrors: Mirrors): readonly Ref[] =>
  mirrors
    .of(Service)
    .list(namespace)
    .filter(service => selectsPods(service) && selected(service, labels))
    .map(({ metadata }) => metadata as Ref)

/** Pods that have ended have no endpoint; pods that are ending have one where that is wanted. */
export const isEndpoint = (pod: Pod, { includesTerminating }: { includesTerminating: boolean }): boolean =>
  !isTerminal(pod) && Boolean(pod.status.podIP ?? pod.status.podIPs?.length) && (includesTerminating || !isTerminating(pod))

export const addressesOf = ({ status }: Pod, family: Family): readonly string[] =>
  (status.podIPs ?? (status.podIP ? [{ ip: status.podIP }] : []))
    .map(({ ip }) => ip)
    .filter(ip => `IPv${parseAddress(ip)?.family}` === family)

/** The number behind a service port in this pod; undefined when the pod has no port of that name. Names of sidecars' ports count, too. */
export function targetPortOf({ spec }: Pod, { targetPort, protocol, port }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort
  if (targetPort === undefined) return port
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []).filter(isSidecar)]
  return containers.flatMap(({ ports = [] }) => ports).find(one => one.name === targetPort && one.protocol === protocol)?.containerPort
}

/** The pod's own host name, where the service is the domain that it names. */
export const hostnameIn = ({ metadata }: Service, { metadata: pod, spec }: Pod): string | undefined =>
  spec.hostname && spec.subdomain === metadata.name && metadata.namespace === pod.namespace ? spec.hostname : undefined

/** An order that does not depend on when pods came. */
export const byName = (a: Pod, b: Pod): number => ((a.metadata.name as string) < (b.metadata.name as string) ? -1 : 1)
