/** Which addresses of the cluster's pod range belong to which of its nodes on this machine. */
import { firstOf, formatAddress, parseCidr } from '#base/cidr.ts'
import type { Settings } from './cluster.ts'

/** 254 addresses: for 110 pods and some to spare. */
const SHARE_PREFIX_LENGTH = 24
const SHARE_SIZE = 256
/** Each further node is a process of its own and a container runtime of its own; more of them than this are better simulated. */
const NODES_MAX = 16

function share(podCidr: string, index: number) {
  const cidr = parseCidr(podCidr)
  if (!cidr) throw new Error(`share out "${podCidr}" among nodes: not an address range`)
  const { family, bits } = firstOf(cidr)
  const at = (offset: number) => formatAddress({ family, bits: bits + BigInt(index * SHARE_SIZE + offset) })
  return { at, range: `${at(0)}/${SHARE_PREFIX_LENGTH}` }
}
const sharesOf = (podCidr: string): number => 2 ** Math.max(0, SHARE_PREFIX_LENGTH - (parseCidr(podCidr)?.prefixLength ?? 0))

/** How many nodes a pod range has room for: a share for each, and one for the links between them. */
export const nodesMax = (podCidr: string): number => Math.min(NODES_MAX, Math.max(1, sharesOf(podCidr) - 1))
/** The pods of a node; 1 is the machine itself. */
export const podRange = (podCidr: string, number: number): string => share(podCidr, number - 1).range
/** The pods of all nodes. A cluster of one node has the whole range, so that nodes from elsewhere may have the rest. */
export const podRanges = ({ podCidr, nodes = 1 }: Pick<Settings, 'podCidr' | 'nodes'>): readonly string[] =>
  nodes === 1 ? [podCidr] : Array.from({ length: nodes }, (_, i) => podRange(podCidr, i + 1))
/** The last share: the addresses of the links between the machine and its further nodes. */
export const linkRange = (podCidr: string): string => share(podCidr, sharesOf(podCidr) - 1).range
/** The address that a node has on these links. */
export const linkAddress = (podCidr: string, number: number): string => share(podCidr, sharesOf(podCidr) - 1).at(number)
