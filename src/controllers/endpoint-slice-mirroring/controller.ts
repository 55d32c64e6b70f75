/** Keeps EndpointSlices that mirror hand-written Endpoints. */
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { MANAGED_BY, managedSlices, SERVICE_NAME } from '../service-endpoints/slices.ts'
import { decide, MANAGER, type Seen } from './decide.ts'

export const endpointSliceMirroringController: Decider<Endpoints, Seen> = {
  name: 'endpointslice-mirroring-controller',
  component: 'endpoint-slice-mirroring-controller',
  decides: Endpoints,
  watches: [
    watches(Service, ({ metadata: { namespace, name = '' } }) => [{ namespace, name }]),
    watches(EndpointSlice, ({ metadata: { namespace, labels } }) =>
      labels?.[MANAGED_BY] === MANAGER && labels[SERVICE_NAME] ? [{ namespace, name: labels[SERVICE_NAME] }] : [],
    ),
  ],
  look: ({ metadata: { namespace, name = '' } }, mirrors) => ({
    service: mirrors.of(Service).get({ namespace, name }),
    slices: managedSlices(mirrors.of(EndpointSlice).list(namespace), { name, manager: MANAGER }),
  }),
  decide,
  afterwards: ({ namespace, name }, mirrors) => ({
    delete: managedSlices(mirrors.of(EndpointSlice).list(namespace), { name, manager: MANAGER }).map(object => ({
      kind: EndpointSlice,
      object,
    })),
  }),
}
