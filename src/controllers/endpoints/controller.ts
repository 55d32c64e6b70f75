/** Keeps the Endpoints of services that select pods. */
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import { Endpoints } from '#kinds/core/endpoints.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { selected, selectsPods, servicesOf } from '../service-endpoints/pods.ts'
import { CONTROLLER, decide, MANAGED_BY, type Seen } from './decide.ts'

export const endpointsController: Decider<Service, Seen> = {
  name: 'endpoints-controller',
  component: CONTROLLER,
  decides: Service,
  watches: [
    watches(Pod, servicesOf),
    watches(Endpoints, ({ metadata: { name, namespace, labels } }, mirrors) => {
      const ref = { namespace, name: name as string }
      // Endpoints that somebody else wrote without a service are theirs to delete.
      return labels?.[MANAGED_BY] === CONTROLLER || mirrors.of(Service).get(ref) ? [ref] : []
    }),
  ],
  look: (service, mirrors) => ({
    pods: selectsPods(service)
      ? mirrors
          .of(Pod)
          .list(service.metadata.namespace)
          .filter(({ metadata }) => selected(service, metadata.labels))
      : [],
    endpoints: mirrors.of(Endpoints).get({ namespace: service.metadata.namespace, name: service.metadata.name as string }),
  }),
  decide,
  afterwards: (ref, mirrors) => {
    const left = mirrors.of(Endpoints).get(ref)
    return left ? { delete: [{ kind: Endpoints, object: left }] } : {}
  },
}
