/** A pod as an endpoint of a service. Upstream: endpointslice/utils.go, podToEndpoint. */
import { isReady, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Service } from '#kinds/core/service.ts'
import type { Endpoint, EndpointPort } from '#kinds/discovery/endpoint-slice.ts'
import { addressesOf, type Family, hostnameIn, targetPortOf } from '../service-endpoints/pods.ts'

/** Undefined when the pod has no address of the family. `zone`: that of its node. */
export function endpointOf(
  service: Service,
  pod: Pod,
  { family, zone }: { family: Family; zone: string | undefined },
): Endpoint | undefined {
  const addresses = addressesOf(pod, family)
  if (addresses.length === 0) return undefined
  const serving = isReady(pod)
  const terminating = isTerminating(pod)
  // Old clients look at `ready` only, and must not send new connections to a pod that goes.
  const ready = (service.spec.publishNotReadyAddresses ?? false) || (serving && !terminating)
  const hostname = hostnameIn(service, pod)
  const { nodeName } = pod.spec
  const { name, namespace, uid } = pod.metadata
  const hints = ready ? hintsOf(service.spec.trafficDistribution, { zone, nodeName }) : undefined
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname && { hostname }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
    ...(hints && { hints }),
  }
}

/** KEP-4444, KEP-3015: traffic stays in the zone, or on the node, where it comes from. */
function hintsOf(
  distribution: string | undefined,
  { zone, nodeName }: { zone: string | undefined; nodeName: string | undefined },
): Endpoint['hints'] {
  if (!distribution) return undefined
  const forNodes = distribution === 'PreferSameNode' && nodeName ? { forNodes: [{ name: nodeName }] } : {}
  const hints = { ...(zone && { forZones: [{ name: zone }] }), ...forNodes }
  return Object.keys(hints).length ? hints : undefined
}

/** The service's ports as this pod has them; those that it does not name are left out. */
export const portsOf = ({ spec }: Service, pod: Pod): readonly EndpointPort[] =>
  (spec.ports ?? []).flatMap(servicePort => {
    const port = targetPortOf(pod, servicePort)
    const { name = '', protocol, appProtocol } = servicePort
    return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol && { appProtocol }) }]
  })
