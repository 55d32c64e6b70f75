/** What can be said of a service by looking at its spec. */
import type { ServiceSpec } from '../service-spec.ts'

type Spec = Pick<ServiceSpec, 'type' | 'clusterIP' | 'clusterIPs' | 'externalIPs' | 'externalTrafficPolicy'>

/** Without a virtual address: clients are given the addresses of the pods. */
export const isHeadless = ({ clusterIP, clusterIPs }: Pick<Spec, 'clusterIP' | 'clusterIPs'>): boolean =>
  (clusterIPs?.[0] ?? clusterIP) === 'None'
export const needsClusterIP = ({ type }: Pick<Spec, 'type'>): boolean => type !== 'ExternalName'
/** A load balancer that asks for none keeps those that it has, or is given. */
export const mayHaveNodePorts = ({ type }: Pick<Spec, 'type'>): boolean => type === 'NodePort' || type === 'LoadBalancer'
export const needsNodePort = ({
  type,
  allocateLoadBalancerNodePorts,
}: Pick<ServiceSpec, 'type' | 'allocateLoadBalancerNodePorts'>): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)
/** Only then does it matter on which node a load balancer's packet arrives. */
export const needsHealthCheckNodePort = ({ type, externalTrafficPolicy }: Pick<Spec, 'type' | 'externalTrafficPolicy'>): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
export const isExternallyAccessible = ({ type, externalIPs }: Pick<Spec, 'type' | 'externalIPs'>): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs ?? []).length > 0)
