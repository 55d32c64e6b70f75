/** The addresses of nodes at which a service of type LoadBalancer can be reached. */
import { isIPv6, isLoopback, parseAddress } from '#base/cidr.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Service } from '#kinds/core/service.ts'

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers'
/** The cluster autoscaler is about to delete the node. */
const GOING = 'ToBeDeletedByClusterAutoscaler'

/** In the order of the nodes' names, of the service's families only. An address that was asked for is the only one, if a node has it. */
export function addressesFor({ spec }: Service, nodes: readonly Node[]): readonly string[] {
  const families = new Set(spec.ipFamilies ?? ['IPv4'])
  const found = nodes
    .filter(isUsable)
    .toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    .flatMap(addressesOf)
    .filter(address => families.has(isIPv6(address) ? 'IPv6' : 'IPv4'))
  const asked = spec.loadBalancerIP
  return asked && found.includes(asked) ? [asked] : [...new Set(found)]
}
/** Whether it is ready does not matter: addresses that came and went with it would help nobody (KEP-3458). */
const isUsable = ({ metadata, spec }: Node): boolean =>
  metadata.deletionTimestamp === undefined && metadata.labels?.[EXCLUDED] === undefined && !spec.taints?.some(({ key }) => key === GOING)

/** Those for the outside where there are any. Simulated nodes are on loopback, where nobody answers for them. */
function addressesOf({ status }: Node): readonly string[] {
  const all = (status.addresses ?? []).filter(({ address }) => {
    const parsed = parseAddress(address)
    return parsed !== undefined && !isLoopback(parsed)
  })
  const ofType = (wanted: string) => all.filter(({ type }) => type === wanted).map(({ address }) => address)
  const external = ofType('ExternalIP')
  return external.length ? external : ofType('InternalIP')
}
