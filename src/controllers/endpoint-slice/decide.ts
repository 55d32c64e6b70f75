/** The EndpointSlices of a service, made from its pods. Upstream: pkg/controller/endpointslice. */
import { controllerReference } from '#client/owners.ts'
import type { Note, Plan, Sight } from '#client/plan.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { isHeadless } from '#kinds/core/service/facts.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { groupKey, pack, type PortGroup } from '../service-endpoints/pack.ts'
import { byName, type Family, isEndpoint, selectsPods } from '../service-endpoints/pods.ts'
import { HEADLESS, MANAGED_BY, planOf, SERVICE_NAME } from '../service-endpoints/slices.ts'
import { triggerTime } from '../service-endpoints/trigger-time.ts'
import { endpointOf, portsOf } from './endpoint.ts'
import { hintsKept, isByZones, withHints } from './topology-hints.ts'
import type { Shares } from './zone-shares.ts'

export const MANAGER = 'endpointslice-controller.k8s.io'
/** Upstream's --max-endpoints-per-slice: small enough that a change of one pod is a small message to every node. */
const ENDPOINTS_MAX = 100

export interface Seen {
  /** Those that the service selects. */
  readonly pods: readonly Pod[]
  /** Those of this manager for the service. */
  readonly slices: readonly EndpointSlice[]
  /** Zones by node name. */
  readonly zones: ReadonlyMap<string, string>
  /** Of all nodes, for a service whose traffic is to stay in its zone; undefined also where nodes do not tell enough. */
  readonly shares?: Shares | undefined
}

export function decide({ object: service, more }: Sight<Service, Seen>): Plan<Service> {
  if (!selectsPods(service)) return {}
  const families = (service.spec.ipFamilies?.length ? service.spec.ipFamilies : ['IPv4']) as Family[]
  const groups = families.flatMap(family => groupsOf(service, more, family))
  let packing = pack(groups, more.slices, ENDPOINTS_MAX)
  const events: Note[] = []
  if (isByZones(service))
    for (const family of families) {
      const hinted = withHints(packing, { family, shares: more.shares })
      packing = hinted.packing
      if (hinted.event) events.push(hinted.event)
    }
  const { name = '', namespace = '', labels = {} } = service.metadata
  const { [SERVICE_NAME]: _, [MANAGED_BY]: __, [HEADLESS]: ___, ...own } = labels
  const plan = planOf<Service>(withPlaceholders(packing, families), {
    name,
    namespace,
    labels: { ...own, [SERVICE_NAME]: name, [MANAGED_BY]: MANAGER, ...(isHeadless(service.spec) && { [HEADLESS]: '' }) },
    triggerTime: triggerTime(service, { before: servingByUid(more.slices), pods: more.pods, includesTerminating: true }),
    owner: controllerReference(Service, service),
  })
  return events.length ? { ...plan, events } : plan
}
/** Undefined where there are no slices yet. */
function servingByUid(slices: readonly EndpointSlice[]): ReadonlyMap<string, boolean | undefined> | undefined {
  if (slices.length === 0) return undefined
  return new Map(
    slices.flatMap(({ endpoints }) =>
      (endpoints ?? []).map(({ targetRef, conditions }) => [targetRef?.uid ?? '', conditions?.serving] as const),
    ),
  )
}

function groupsOf(service: Service, { pods, zones, slices }: Seen, family: Family): readonly PortGroup[] {
  const hinted = isByZones(service) ? hintsKept(slices) : undefined
  const groups = new Map<string, { addressType: Family; ports: readonly EndpointPort[]; endpoints: Endpoint[] }>()
  for (const pod of pods.toSorted(byName)) {
    if (!isEndpoint(pod, { includesTerminating: true })) continue
    const made = endpointOf(service, pod, { family, zone: zones.get(pod.spec.nodeName ?? '') })
    if (!made) continue
    const endpoint = hinted ? hinted(made) : made
    const ports = portsOf(service, pod)
    const key = groupKey(family, ports)
    const group = groups.get(key)
    if (group) group.endpoints.push(endpoint)
    else groups.set(key, { addressType: family, ports, endpoints: [endpoint] })
  }
  return [...groups.values()]
}

/** A service without endpoints still has a slice for each family, so that whoever waits for one learns that there is nothing behind it. */
function withPlaceholders(packing: ReturnType<typeof pack>, families: readonly Family[]): ReturnType<typeof pack> {
  const empty = families.filter(
    family => ![...packing.create, ...packing.keep.map(({ slice }) => slice)].some(({ addressType }) => addressType === family),
  )
  const isPlaceholder = (slice: EndpointSlice) => !slice.endpoints?.length && !slice.ports?.length
  const kept = empty.flatMap(family => packing.delete.find(slice => slice.addressType === family && isPlaceholder(slice)) ?? [])
  return {
    create: [
      ...packing.create,
      ...empty
        .filter(family => !kept.some(({ addressType }) => addressType === family))
        .map(addressType => ({ addressType, ports: [], endpoints: [] })),
    ],
    keep: [...packing.keep, ...kept.map(slice => ({ slice, endpoints: [] }))],
    delete: packing.delete.filter(slice => !kept.includes(slice)),
  }
}
