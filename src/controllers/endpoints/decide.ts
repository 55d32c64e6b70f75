/** The Endpoints of a service, made from its pods. Upstream: pkg/controller/endpoint. */
import type { Plan, Sight } from '#client/plan.ts'
import { type EndpointAddress, Endpoints, type EndpointPort } from '#kinds/core/endpoints.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import type { Service } from '#kinds/core/service.ts'
import { isHeadless } from '#kinds/core/service/facts.ts'
import { isEqual } from '#schema/json-value.ts'
import { addressesOf, byName, type Family, hostnameIn, isEndpoint, selectsPods, targetPortOf } from '../service-endpoints/pods.ts'
import { triggerTime, withTriggerTime } from '../service-endpoints/trigger-time.ts'
import { type Offer, packed } from './subsets.ts'

const HEADLESS = 'service.kubernetes.io/headless'
export const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
export const CONTROLLER = 'endpoint-controller'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
/** Upstream's bound for addresses in one object; more are told in EndpointSlices only. */
const ADDRESSES_MAX = 1_000

export interface Seen {
  /** Those that the service selects. */
  readonly pods: readonly Pod[]
  /** The object of the service's name, if there is one. */
  readonly endpoints: Endpoints | undefined
}

export function decide({ object: service, more: { pods, endpoints } }: Sight<Service, Seen>): Plan<Service> {
  if (!selectsPods(service)) return {}
  const { name, namespace } = service.metadata
  const { publishNotReadyAddresses = false } = service.spec
  const counted = pods.filter(pod => isEndpoint(pod, { includesTerminating: publishNotReadyAddresses })).toSorted(byName)
  const shown = counted.slice(0, ADDRESSES_MAX)
  const subsets = packed(shown.flatMap(pod => offersOf(service, pod)))
  const labels = {
    ...service.metadata.labels,
    [MANAGED_BY]: CONTROLLER,
    ...(isHeadless(service.spec) && { [HEADLESS]: '' }),
  }
  const { [OVER_CAPACITY]: _, ...kept } = endpoints?.metadata.annotations ?? {}
  const annotations = { ...kept, ...(counted.length > ADDRESSES_MAX && { [OVER_CAPACITY]: 'truncated' }) }
  const refused = (message: string, verb: string) => ({
    about: { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: name as string, namespace: namespace as string } },
    type: 'Warning' as const,
    reason: verb === 'create' ? 'FailedToCreateEndpoint' : 'FailedToUpdateEndpoint',
    message: `Failed to ${verb} endpoint ${namespace}/${name}: ${message}`,
  })
  const triggered = triggerTime(service, {
    before: endpoints && readyByUid(endpoints, { isTold: !publishNotReadyAddresses }),
    pods,
    includesTerminating: publishNotReadyAddresses,
  })
  const written = withTriggerTime(annotations, triggered)
  const dress = { labels, ...(Object.keys(written).length && { annotations: written }) }
  if (!endpoints)
    return {
      create: [
        {
          kind: Endpoints,
          object: { metadata: { name, namespace, ...dress }, ...(subsets.length && { subsets }) },
          refused: ({ message }) => refused(message, 'create'),
        },
      ],
    }
  const isCurrent =
    isEqual(endpoints.subsets ?? [], subsets) &&
    isEqual(endpoints.metadata.labels ?? {}, labels) &&
    isEqual(endpoints.metadata.annotations ?? {}, annotations)
  if (isCurrent) return {}
  const { annotations: __, ...metadata } = endpoints.metadata
  return {
    update: [
      {
        kind: Endpoints,
        object: { ...endpoints, metadata: { ...metadata, ...dress }, subsets } as Endpoints,
        refused: ({ message }) => refused(message, 'update'),
      },
    ],
  }
}

/** Where unready addresses are published, nobody is told which they are. */
const readyByUid = ({ subsets = [] }: Endpoints, { isTold }: { isTold: boolean }): ReadonlyMap<string, boolean | undefined> =>
  new Map(
    subsets.flatMap(({ addresses = [], notReadyAddresses = [] }) =>
      [...notReadyAddresses.map(one => ({ one, isReady: false })), ...addresses.map(one => ({ one, isReady: true }))].map(
        ({ one, isReady }) => [one.targetRef?.uid ?? '', isTold ? isReady : undefined] as const,
      ),
    ),
  )

/** What a pod offers to a service: each port at its address, in the service's first family. */
function offersOf(service: Service, pod: Pod): readonly Offer[] {
  const { spec } = service
  const [ip] = addressesOf(pod, (spec.ipFamilies?.[0] ?? 'IPv4') as Family)
  if (ip === undefined) return []
  const hostname = hostnameIn(service, pod)
  const { name, namespace, uid } = pod.metadata
  const address: EndpointAddress = {
    ip,
    ...(hostname && { hostname }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  }
  const ready = (spec.publishNotReadyAddresses ?? false) || isReady(pod)
  if (!spec.ports?.length) return isHeadless(spec) ? [{ address, port: undefined, isReady: ready }] : []
  return spec.ports.flatMap(port => {
    const number = targetPortOf(pod, port)
    if (number === undefined) return []
    const { name: portName, protocol, appProtocol } = port
    const offered: EndpointPort = { ...(portName && { name: portName }), port: number, protocol, ...(appProtocol && { appProtocol }) }
    return [{ address, port: offered, isReady: ready }]
  })
}
