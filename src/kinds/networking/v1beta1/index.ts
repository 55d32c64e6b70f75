/** The kinds of networking.k8s.io/v1beta1: those of v1 under another name. */
import { IPAddress as OriginalIPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR as OriginalServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { again } from './group.ts'

export class IPAddress extends again(OriginalIPAddress) {}
export class ServiceCIDR extends again(OriginalServiceCIDR) {}

export const kinds = [IPAddress, ServiceCIDR] as const
