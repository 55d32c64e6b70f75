/** How services appear in tables: their address outside and their ports. */
import type { LoadBalancerStatus } from '../load-balancer.ts'
import type { ServicePort, ServiceSpec } from '../service-spec.ts'

export function externalAddress(spec: ServiceSpec, loadBalancer: LoadBalancerStatus): string {
  const external = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>'
    case 'LoadBalancer':
      return [...ingressAddresses(loadBalancer), ...external].join(',') || '<pending>'
    case 'ExternalName':
      return spec.externalName ?? ''
  }
}
/** Each address once, in order. */
export const ingressAddresses = ({ ingress = [] }: LoadBalancerStatus): readonly string[] =>
  [...new Set(ingress.map(({ ip, hostname }) => ip || hostname || '').filter(Boolean))].sort()

/** `80/TCP`, with a node port `80:30080/TCP`. */
export const portsText = (ports: readonly ServicePort[] = []): string =>
  ports.map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`).join(',') || '<none>'
