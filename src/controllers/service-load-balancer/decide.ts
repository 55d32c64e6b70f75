/** Where traffic for a service of type LoadBalancer comes in: at the nodes' own addresses. Upstream: cloud-provider/controllers/service. */
import type { Note, Plan, Sight } from '#client/plan.ts'
import type { LoadBalancerIngress, PortStatus } from '#kinds/core/load-balancer.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Service } from '#kinds/core/service.ts'
import { addressesFor } from './addresses.ts'

export const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup'

export interface Seen {
  readonly nodes: readonly Node[]
  readonly others: readonly Service[]
  /** Ports of the nodes behind which Knarr itself listens, by TCP, and what it is. */
  readonly ownPorts: ReadonlyMap<number, string>
}

/** Services of another class are somebody else's. */
export const isBalanced = ({ spec, metadata }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined

/**
 * | the service | its ports | plan |
 * |---|---|---|
 * | wants a load balancer | free on the nodes' addresses | finalizer, the addresses |
 * | wants a load balancer | one is taken by another | finalizer, no addresses, and says by whom |
 * | wants none any more, or goes | | no addresses, lets it go |
 */
export function decide({ object, more }: Sight<Service, Seen>): Plan<Service> {
  const { metadata, status } = object
  const finalizers = metadata.finalizers ?? []
  const isHeld = finalizers.includes(FINALIZER)
  if (!isBalanced(object)) {
    if (!isHeld) return {}
    return {
      object: { ...object, metadata: { ...metadata, finalizers: finalizers.filter(one => one !== FINALIZER) } },
      ...(metadata.deletionTimestamp === undefined && { status: { ...status, loadBalancer: {} } }),
      events: [note('DeletingLoadBalancer', 'Deleting load balancer'), note('DeletedLoadBalancer', 'Deleted load balancer')],
    }
  }
  const before = status.loadBalancer.ingress ?? []
  const { ingress, failure } = ingressOf(object, more)
  const isSame = before.length === ingress.length && ingress.every((one, i) => isEqualIngress(one, before[i]))
  const ensured = [note('EnsuringLoadBalancer', 'Ensuring load balancer'), failure ?? note('EnsuredLoadBalancer', 'Ensured load balancer')]
  return {
    ...(!isHeld && { object: { ...object, metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] } } }),
    ...(!isSame && { status: { ...status, loadBalancer: ingress.length ? { ingress } : {} } }),
    ...((!isSame || failure) && { events: ensured }),
  }
}

interface Outcome {
  readonly ingress: readonly LoadBalancerIngress[]
  readonly failure?: Note
}
function ingressOf(service: Service, { nodes, others, ownPorts }: Seen): Outcome {
  const addresses = addressesFor(service, nodes)
  if (!addresses.length)
    return { ingress: [], failure: warning('UnAvailableLoadBalancer', 'There are no available nodes for LoadBalancer') }
  const ports = (service.spec.ports ?? []).map(({ port, protocol }) => ({ port, protocol }))
  for (const { port, protocol } of ports) {
    const own = protocol === 'TCP' ? ownPorts.get(port) : undefined
    const holder = own ?? others.filter(other => holds(other, addresses, { port, protocol })).map(nameOf)[0]
    const isService = own === undefined
    const message = `Error syncing load balancer: failed to ensure load balancer: port ${port}/${protocol} of the nodes is taken by ${holder}; give this service another port${isService ? ', or delete that one' : ''}`
    if (holder) return { ingress: [], failure: warning('SyncLoadBalancerFailed', message) }
  }
  // The ports are told, so that others see what is taken.
  return { ingress: addresses.map(ip => ({ ip, ipMode: 'VIP', ports })) }
}

type Port = Pick<PortStatus, 'port' | 'protocol'>
const holds = ({ status }: Service, addresses: readonly string[], { port, protocol }: Port): boolean =>
  (status.loadBalancer.ingress ?? []).some(
    ({ ip, ports }) =>
      ip !== undefined && addresses.includes(ip) && (ports ?? []).some(one => one.port === port && one.protocol === protocol),
  )
const nameOf = ({ metadata }: Service): string => `load balancer "${metadata.namespace}/${metadata.name}"`

const note = (reason: string, message: string): Note => ({ type: 'Normal', reason, message })
const warning = (reason: string, message: string): Note => ({ type: 'Warning', reason, message })

const isEqualIngress = (a: LoadBalancerIngress, b: LoadBalancerIngress | undefined): boolean =>
  a.ip === b?.ip && a.ipMode === b?.ipMode && (a.ports ?? []).map(textOf).join() === (b?.ports ?? []).map(textOf).join()
const textOf = ({ port, protocol }: Port) => `${port}/${protocol}`
