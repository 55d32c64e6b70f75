/** Which ranges of addresses a node's pods get: the first free ones of the cluster's. Upstream: pkg/controller/nodeipam/ipam/range_allocator.go. */
import { type Cidr, firstOf, formatCidr, lastOf, overlaps, parseCidr, sizeOf } from '#base/cidr.ts'
import type { Plan, Sight } from '#client/plan.ts'
import { isSimulated } from '#kinds/core/node/simulated.ts'
import type { Node } from '#kinds/core/node.ts'

/** Upstream's node-cidr-mask-size: 254 pods' addresses of IPv4; of IPv6 there is no end. */
const NODE_PREFIX_LENGTH = { 4: 24, 6: 64 } as const

export interface Seen {
  /** The ranges of all other nodes. */
  readonly taken: readonly Cidr[]
  /** The cluster's ranges, one per family. */
  readonly clusterRanges: readonly Cidr[]
}

/** A node that has ranges keeps them, whoever gave them. Pods of simulated nodes have addresses from elsewhere. */
export function decide({ object, more: { taken, clusterRanges } }: Sight<Node, Seen>): Plan<Node> {
  const { spec, metadata } = object
  if (spec.podCIDRs?.length || metadata.deletionTimestamp !== undefined || isSimulated(object)) return {}
  const found = clusterRanges.map(range => firstFree(range, taken))
  const podCIDRs = found.filter(range => range !== undefined).map(formatCidr)
  const [podCIDR] = podCIDRs
  if (podCIDR === undefined || podCIDRs.length < found.length) {
    const message = `Node ${metadata.name} status is now: CIDRNotAvailable`
    return { events: [{ type: 'Normal', reason: 'CIDRNotAvailable', message }] }
  }
  return { object: { ...object, spec: { ...spec, podCIDR, podCIDRs } } }
}

function firstFree(range: Cidr, taken: readonly Cidr[]): Cidr | undefined {
  const { family } = range.address
  // A cluster whose range is smaller than a node's has one node.
  const prefixLength = Math.max(NODE_PREFIX_LENGTH[family], range.prefixLength)
  const size = sizeOf({ ...range, prefixLength })
  const count = Number(sizeOf(range) / size)
  const shareOf = (bits: bigint) => Number((bits - firstOf(range).bits) / size)
  const used = new Set<number>()
  // What somebody took by hand may be larger than a share, or than the whole range.
  const large: { readonly from: number; readonly to: number }[] = []
  for (const other of taken.filter(one => overlaps(one, range))) {
    const [from, to] = [shareOf(firstOf(other).bits), shareOf(lastOf(other).bits)]
    if (from === to) used.add(from)
    else large.push({ from, to })
  }
  for (let share = 0; share < count; ) {
    const above = large.find(({ from, to }) => from <= share && share <= to)
    if (above) share = above.to + 1
    else if (used.has(share)) share++
    else return { address: { family, bits: firstOf(range).bits + BigInt(share) * size }, prefixLength }
  }
  return undefined
}

const parsed = new WeakMap<Node, readonly Cidr[]>()
/** The ranges of a node; read once per version of the object. */
export function rangesOf(node: Node): readonly Cidr[] {
  let ranges = parsed.get(node)
  if (!ranges) {
    ranges = (node.spec.podCIDRs ?? []).map(parseCidr).filter(range => range !== undefined)
    parsed.set(node, ranges)
  }
  return ranges
}
