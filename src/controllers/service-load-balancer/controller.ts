/** Gives services of type LoadBalancer the addresses of the nodes. The rules for their traffic are the proxy's. */
import { watches } from '#client/controller.ts'
import type { Mirrors } from '#client/mirrors.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { addressesFor } from './addresses.ts'
import { decide, isBalanced, type Seen } from './decide.ts'

export const serviceLoadBalancerController: Decider<Service, Seen> = {
  name: 'service-lb-controller',
  component: 'service-controller',
  decides: Service,
  // One at a time: two that want the same port must not both find it free.
  concurrency: 1,
  watches: [
    {
      // What one gives up, another may wait for.
      ...watches(Service, balanced),
      matters: (before, after) => portsHeldBy(before) !== portsHeldBy(after),
    },
    {
      ...watches(Node, (_, mirrors) => balanced(undefined, mirrors)),
      matters: (before, after) => addressesAt(before) !== addressesAt(after),
    },
  ],
  look: ({ metadata }, mirrors) => ({
    nodes: mirrors.of(Node).list(),
    others: mirrors
      .of(Service)
      .list()
      .filter(other => other.metadata.uid !== metadata.uid && other.status.loadBalancer.ingress?.length),
    ownPorts: ownPorts(mirrors),
  }),
  decide,
}

function balanced(_: unknown, mirrors: Mirrors): readonly Ref[] {
  return mirrors
    .of(Service)
    .list()
    .filter(isBalanced)
    .map(({ metadata }) => metadata as Ref)
}
const portsHeldBy = (service: unknown): string => JSON.stringify((service as Service | undefined)?.status.loadBalancer.ingress ?? [])
/** Nodes report every few seconds, mostly what does not matter here. */
const addressesAt = (node: unknown): string =>
  node === undefined ? '' : addressesFor({ spec: { ipFamilies: ['IPv4', 'IPv6'] } } as unknown as Service, [node as Node]).join()

/** A service there would cut the cluster off from its own API. */
function ownPorts(mirrors: Mirrors): ReadonlyMap<number, string> {
  const server = mirrors.of(EndpointSlice).get({ namespace: 'default', name: 'kubernetes' })
  const kubelets = mirrors
    .of(Node)
    .list()
    .map(({ status }) => status.daemonEndpoints?.kubeletEndpoint?.Port ?? 0)
  return new Map([
    ...kubelets.map(port => [port, 'the kubelet'] as const),
    ...(server?.ports ?? []).map(({ port = 0 }) => [port, 'the API server'] as const),
  ])
}
