/** Which endpoints of a service's port take its traffic on this node. Upstream: pkg/proxy/topology.go, CategorizeEndpoints. */
import type { ServicePort } from '#kinds/core/service-spec.ts'
import type { Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import type { Family } from './family.ts'

export interface Backend {
  readonly address: string
  readonly port: number
  /** Whether it runs on this node; unknown when nobody has said where it runs. */
  readonly isHere: boolean | undefined
}
export interface Backends {
  /** For traffic that may go to any node. */
  readonly all: readonly Backend[]
  /** For traffic that must stay on this node. */
  readonly here: readonly Backend[]
  /** How many on this node are ready. */
  readonly readyHere: number
  /** All that serve, wherever they are and whether or not they are about to go. */
  readonly serving: readonly Backend[]
}
/** What matters of the node on which the proxy runs. */
export interface Place {
  readonly nodeName: string
  readonly zone: string | undefined
}

/** Ready ones, and only where there are none those that still serve while they terminate. */
export function backendsOf(
  port: Pick<ServicePort, 'name' | 'protocol'>,
  slices: readonly EndpointSlice[],
  place: Place & { readonly family: Family },
): Backends {
  const found = candidates(port, slices, place)
  const ready = found.filter(({ isReady }) => isReady)
  const leaving = found.filter(({ isReady, endpoint }) => !isReady && isLeaving(endpoint))
  const near = nearest(ready, place)
  const readyHere = ready.filter(({ isHere }) => isHere)
  return {
    all: distinct(near.length ? near : leaving),
    here: distinct(readyHere.length ? readyHere : leaving.filter(({ isHere }) => isHere)),
    readyHere: readyHere.length,
    serving: distinct(found.filter(({ endpoint }) => isServing(endpoint))),
  }
}

type Candidate = Backend & { readonly isReady: boolean; readonly endpoint: Endpoint }

function candidates(
  { name = '', protocol }: Pick<ServicePort, 'name' | 'protocol'>,
  slices: readonly EndpointSlice[],
  { family, nodeName }: Place & { readonly family: Family },
): readonly Candidate[] {
  return slices.flatMap(({ metadata, addressType, ports, endpoints }) => {
    const isOurs = addressType === family.addressType && metadata.labels?.[HEADLESS] === undefined
    const port = isOurs ? ports?.find(each => (each.name ?? '') === name && each.protocol === protocol)?.port : undefined
    if (!port) return []
    return (endpoints ?? []).flatMap(endpoint => {
      const address = endpoint.addresses[0]
      const isHere = endpoint.nodeName === undefined ? undefined : endpoint.nodeName === nodeName
      return address ? [{ address, port, isHere, isReady: endpoint.conditions?.ready !== false, endpoint }] : []
    })
  })
}
/** Slices with this label are there to be found by name only. Upstream: the proxy asks for none of them. */
const HEADLESS = 'service.kubernetes.io/headless'
const isServing = ({ conditions }: Endpoint): boolean => conditions?.serving ?? conditions?.ready !== false
const isLeaving = (endpoint: Endpoint): boolean => isServing(endpoint) && (endpoint.conditions?.terminating ?? false)

/** KEP-2433, KEP-3015: hints are heeded when every endpoint has one and one is meant for us; on this node first, then in its zone. */
function nearest(ready: readonly Candidate[], { nodeName, zone }: Place): readonly Candidate[] {
  const read = [
    [(endpoint: Endpoint) => endpoint.hints?.forNodes, nodeName],
    [(endpoint: Endpoint) => endpoint.hints?.forZones, zone],
  ] as const
  for (const [hintsOf, own] of read) {
    const isForUs = ({ endpoint }: Candidate) => hintsOf(endpoint)?.some(({ name }) => name === own) ?? false
    if (ready.every(({ endpoint }) => hintsOf(endpoint)?.length) && ready.some(isForUs)) return ready.filter(isForUs)
  }
  return ready
}

const distinct = (backends: readonly Candidate[]): readonly Backend[] => [
  ...new Map(backends.map(({ address, port, isHere }) => [`${address} ${port}`, { address, port, isHere }])).values(),
]
