/** The kinds of networking.k8s.io/v1. */
import { Ingress } from './ingress.ts'
import { IngressClass } from './ingress-class.ts'
import { IPAddress } from './ip-address.ts'
import { NetworkPolicy } from './network-policy.ts'
import { ServiceCIDR } from './service-cidr.ts'

export const kinds = [IngressClass, Ingress, IPAddress, NetworkPolicy, ServiceCIDR] as const
