/** Which addresses of the cluster's pod ranges, one of each family that it has, belong to which of its nodes on this machine. */
import { type Cidr, firstOf, formatAddress, parseCidr, sizeOf } from '#base/cidr.ts'
import type { Settings } from './cluster.ts'

/** IPv4: 254 addresses, for 110 pods and some to spare. Of IPv6 there is no end. As nodes from elsewhere are given them. */
const SHARE_PREFIX_LENGTH = { 4: 24, 6: 64 } as const
/** Each further node is a process of its own and a container runtime of its own; more of them than this are better simulated. */
const NODES_MAX = 16

/** The ranges of `10.42.0.0/16,fd00:42::/48`, the main family first. */
export const rangesIn = (text: string): readonly string[] => text.split(',')
export const familiesIn = (text: string): readonly (4 | 6)[] => parsed(text).map(({ address }) => address.family)

/** How many nodes the pod ranges have room for: a share for each, and one for the links between them. */
export const nodesMax = (podCidr: string): number =>
  Math.min(NODES_MAX, ...parsed(podCidr).map(range => Math.max(1, Number(sharesOf(range)) - 1)))
/** The pods of a node; 1 is the machine itself. */
export const podRanges = (podCidr: string, number: number): readonly string[] =>
  parsed(podCidr).map(range => share(range, BigInt(number - 1)).range)
/** The pods of all nodes. A cluster of one node has the whole ranges, so that nodes from elsewhere may have the rest. */
export const allPodRanges = ({ podCidr, nodes = 1 }: Pick<Settings, 'podCidr' | 'nodes'>): readonly string[] =>
  nodes === 1 ? rangesIn(podCidr) : Array.from({ length: nodes }, (_, i) => podRanges(podCidr, i + 1)).flat()
/** The last shares: the addresses of the links between the machine and its further nodes. */
export const linkRanges = (podCidr: string): readonly string[] => parsed(podCidr).map(range => lastShare(range).range)
/** The addresses that a node has on these links. */
export const linkAddresses = (podCidr: string, number: number): readonly string[] =>
  parsed(podCidr).map(range => lastShare(range).at(BigInt(number)))

const parsed = (text: string): readonly Cidr[] =>
  rangesIn(text).map(range => {
    const cidr = parseCidr(range)
    if (!cidr) throw new Error(`share out "${range}" among nodes: not an address range`)
    return cidr
  })
/** A range that is smaller than a share is one. */
const shareLength = ({ address, prefixLength }: Cidr): number => Math.max(prefixLength, SHARE_PREFIX_LENGTH[address.family])
const shareSize = (range: Cidr): bigint => sizeOf({ ...range, prefixLength: shareLength(range) })
const sharesOf = (range: Cidr): bigint => sizeOf(range) / shareSize(range)
function share(range: Cidr, index: bigint) {
  const { family, bits } = firstOf(range)
  const at = (offset: bigint) => formatAddress({ family, bits: bits + index * shareSize(range) + offset })
  return { at, range: `${at(0n)}/${shareLength(range)}` }
}
const lastShare = (range: Cidr) => share(range, sharesOf(range) - 1n)
