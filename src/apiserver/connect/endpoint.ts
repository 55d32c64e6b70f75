/** One of a service's ready endpoints, picked at random: the API server goes to pods directly, whatever rules a node has. */
import type { Random } from '#base/random.ts'
import { type Endpoint, EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { Service } from '#kinds/core/service.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Objects } from '../resources/objects.ts'

export interface ServicePortRef {
  readonly namespace: string
  readonly name: string
  /** The number or the name of a port of the service; empty: its only one, which has no name. */
  readonly port: string
}
export interface Place {
  readonly host: string
  readonly port: number
}
export interface Choice {
  readonly objects: Objects
  readonly random: Random
  /** Whether an endpoint may be chosen; absent: every one may that is ready. */
  readonly isAllowed?: (endpoint: Endpoint) => Promise<boolean>
}

/** Throws NotFound when there is no such service, ServiceUnavailable when it has no such port or nothing ready behind it. */
export async function serviceEndpoint({ namespace, name, port }: ServicePortRef, { objects, random, isAllowed }: Choice): Promise<Place> {
  const service = await objects.get(Service, { namespace, name })
  if (!service) throw refuse.notFound({ group: '', resource: 'services' }, name)
  const portName = portNameOf(service, port)
  const slices = (await objects.list(EndpointSlice, namespace)).filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
  )
  const choices = slices.flatMap(({ endpoints, ports }) => {
    const there = ports?.find(one => (one.name ?? '') === portName)?.port
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    return there === undefined ? [] : ready.map(endpoint => ({ endpoint, port: there }))
  })
  const from = choices.length ? random.integer(choices.length) : 0
  for (const { endpoint, port } of [...choices.slice(from), ...choices.slice(0, from)]) {
    const [host] = endpoint.addresses
    if (host && (!isAllowed || (await isAllowed(endpoint)))) return { host, port }
  }
  throw refuse.unavailable(`no endpoints available for service "${name}"`)
}

/** A number names a port of the service, whose name then stands in its slices. */
function portNameOf({ spec, metadata }: Service, port: string): string {
  if (!/^\d+$/.test(port)) return port
  const found = spec.ports?.find(one => one.port === Number(port))
  if (!found) throw refuse.unavailable(`no service port ${Number(port)} found for service "${metadata.name}"`)
  return found.name ?? ''
}
