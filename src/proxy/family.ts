/** The two address families: each has a table of its own, of the same shape, in which only the words differ. */
import { parseAddress } from '#base/cidr.ts'

export interface Family {
  /** As nft calls the family, and what stands before `saddr` and `daddr`. */
  readonly name: 'ip' | 'ip6'
  /** As EndpointSlices call it. */
  readonly addressType: 'IPv4' | 'IPv6'
  /** As nft calls its addresses. */
  readonly type: 'ipv4_addr' | 'ipv6_addr'
  readonly loopback: string
  /** The unspecified address. */
  readonly nowhere: string
  readonly version: 4 | 6
}
export const IPV4: Family = { name: 'ip', addressType: 'IPv4', type: 'ipv4_addr', loopback: '127.0.0.0/8', nowhere: '0.0.0.0', version: 4 }
export const IPV6: Family = { name: 'ip6', addressType: 'IPv6', type: 'ipv6_addr', loopback: '::1', nowhere: '::', version: 6 }

/** Of an address or a range. */
export const isOf = (family: Family, text: string): boolean => parseAddress(text.split('/')[0] ?? '')?.family === family.version
