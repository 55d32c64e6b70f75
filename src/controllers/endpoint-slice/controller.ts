/** Keeps the EndpointSlices of services that select pods. */
import { watches } from '#client/controller.ts'
import type { Mirrors } from '#client/mirrors.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { zoneOf } from '#kinds/core/node/zone.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { selected, selectsPods, servicesOf } from '../service-endpoints/pods.ts'
import { MANAGED_BY, managedSlices, SERVICE_NAME } from '../service-endpoints/slices.ts'
import { decide, MANAGER, type Seen } from './decide.ts'
import { isByZones } from './topology-hints.ts'
import { countedAs, sharesOf } from './zone-shares.ts'

function zonesOf(pods: readonly Pod[], mirrors: Mirrors): ReadonlyMap<string, string> {
  const names = new Set(pods.map(({ spec }) => spec.nodeName ?? ''))
  return new Map(
    [...names].flatMap(name => {
      const zone = zoneOf(mirrors.of(Node).get({ name }))
      return zone ? [[name, zone] as const] : []
    }),
  )
}

export const endpointSliceController: Decider<Service, Seen> = {
  name: 'endpointslice-controller',
  component: 'endpoint-slice-controller',
  decides: Service,
  watches: [
    watches(Pod, servicesOf),
    watches(EndpointSlice, ({ metadata: { namespace, labels } }) =>
      labels?.[MANAGED_BY] === MANAGER && labels[SERVICE_NAME] ? [{ namespace, name: labels[SERVICE_NAME] }] : [],
    ),
    {
      // Nodes report every few seconds, and nothing of that concerns a service; zones hardly ever change.
      ...watches(Node, (_, mirrors) =>
        mirrors
          .of(Service)
          .list()
          .filter(selectsPods)
          .map(({ metadata }) => metadata as Ref),
      ),
      matters: (before, after) => zoneOf(before as Node | undefined) !== zoneOf(after as Node | undefined),
    },
    {
      // Endpoints are shared out by what the nodes of a zone can do.
      ...watches(Node, (_, mirrors) =>
        mirrors
          .of(Service)
          .list()
          .filter(service => isByZones(service) && selectsPods(service))
          .map(({ metadata }) => metadata as Ref),
      ),
      matters: (before, after) => countedAs(before as Node | undefined) !== countedAs(after as Node | undefined),
    },
  ],
  look: (service, mirrors) => {
    const { namespace, name = '' } = service.metadata
    const pods = selectsPods(service)
      ? mirrors
          .of(Pod)
          .list(namespace)
          .filter(({ metadata }) => selected(service, metadata.labels))
      : []
    return {
      pods,
      slices: managedSlices(mirrors.of(EndpointSlice).list(namespace), { name, manager: MANAGER }),
      zones: zonesOf(pods, mirrors),
      shares: isByZones(service) ? sharesOf(mirrors.of(Node).list()) : undefined,
    }
  },
  decide,
  // The slices are the garbage collector's; those whose owner reference was taken away are ours.
  afterwards: ({ namespace, name }, mirrors) => ({
    delete: managedSlices(mirrors.of(EndpointSlice).list(namespace), { name, manager: MANAGER }).map(object => ({
      kind: EndpointSlice,
      object,
    })),
  }),
}
