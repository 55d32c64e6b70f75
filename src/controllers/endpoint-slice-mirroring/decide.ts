/** EndpointSlices that say what hand-written Endpoints say, for those who read slices only. Upstream: pkg/controller/endpointslicemirroring. */
import { parseAddress } from '#base/cidr.ts'
import { controllerReference } from '#client/owners.ts'
import type { Note, Plan, Sight } from '#client/plan.ts'
import { Endpoints, type EndpointAddress } from '#kinds/core/endpoints.ts'
import type { Service } from '#kinds/core/service.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { groupKey, pack, type PortGroup } from '../service-endpoints/pack.ts'
import { MANAGED_BY, planOf, SERVICE_NAME } from '../service-endpoints/slices.ts'
import { TRIGGER_TIME } from '../service-endpoints/trigger-time.ts'

export const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
/** Endpoints that once stood for a lock. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', TRIGGER_TIME])
/** Upstream's --mirroring-max-endpoints-per-subset, and as many as one slice may hold. */
const ENDPOINTS_MAX = 1_000

export interface Seen {
  /** The service of the same name. */
  readonly service: Service | undefined
  /** Those of this manager for the name. */
  readonly slices: readonly EndpointSlice[]
}

/** Mirrored are Endpoints of a service without selector that do not ask to be left out. */
export function decide({ object: endpoints, more: { service, slices } }: Sight<Endpoints, Seen>): Plan<Endpoints> {
  const { name = '', namespace = '', labels = {}, annotations = {} } = endpoints.metadata
  const isMirrored =
    labels[SKIP] !== 'true' &&
    annotations[LEADER] === undefined &&
    service !== undefined &&
    service.spec.selector === undefined &&
    !endpoints.metadata.deletionTimestamp
  const { [SERVICE_NAME]: _, [MANAGED_BY]: __, ...own } = labels
  const { groups, skipped } = isMirrored ? groupsOf(endpoints) : { groups: [], skipped: 0 }
  const plan = planOf<Endpoints>(pack(groups, slices, ENDPOINTS_MAX), {
    name,
    namespace,
    labels: { ...own, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER },
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_COPIED.has(key))),
    owner: controllerReference(Endpoints, endpoints),
  })
  return skipped === 0 ? plan : { ...plan, events: [tooMany(skipped)] }
}
const tooMany = (skipped: number): Note => ({
  type: 'Warning',
  reason: 'TooManyAddressesToMirror',
  message: `A max of ${ENDPOINTS_MAX} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`,
})

/** Addresses beyond what one slice may hold are skipped, those that are not ready first. */
function groupsOf({ subsets = [] }: Endpoints): { readonly groups: readonly PortGroup[]; readonly skipped: number } {
  let skipped = 0
  const groups = new Map<string, { addressType: 'IPv4' | 'IPv6'; ports: readonly EndpointPort[]; endpoints: Endpoint[] }>()
  for (const { addresses = [], notReadyAddresses = [], ports: offered = [] } of subsets) {
    const ports = offered.map(({ name = '', protocol, port, appProtocol }) => ({
      name,
      protocol,
      port,
      ...(appProtocol && { appProtocol }),
    }))
    const all = [...addresses.map(one => ({ one, ready: true })), ...notReadyAddresses.map(one => ({ one, ready: false }))]
    skipped += Math.max(0, all.length - ENDPOINTS_MAX)
    for (const { one, ready } of all.slice(0, ENDPOINTS_MAX)) {
      const addressType = parseAddress(one.ip)?.family === 6 ? 'IPv6' : 'IPv4'
      const key = groupKey(addressType, ports)
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] }
      group.endpoints.push(endpointOf(one, ready))
      groups.set(key, group)
    }
  }
  return { groups: [...groups.values()], skipped }
}
const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(targetRef && { targetRef }),
  ...(nodeName && { nodeName }),
})
