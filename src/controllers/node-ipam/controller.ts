/** Gives each node ranges of addresses for its pods. */
import { type Cidr, parseCidr } from '#base/cidr.ts'
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { decide, rangesOf, type Seen } from './decide.ts'

/** `podRanges` are the cluster's (CIDR), one per family. Throws when one is none. */
export function nodeIpamController(podRanges: readonly string[]): Decider<Node, Seen> {
  const clusterRanges = podRanges.map(range => {
    const cidr = parseCidr(range)
    if (!cidr) throw new Error(`give nodes ranges of "${range}": not an address range`)
    return cidr satisfies Cidr
  })
  return {
    name: 'node-ipam-controller',
    component: 'cidrAllocator',
    decides: Node,
    // One at a time: two nodes must not find the same range free.
    concurrency: 1,
    watches: [
      {
        // A node that goes may leave its range to one that has none.
        ...watches(Node, (_, mirrors) =>
          mirrors
            .of(Node)
            .list()
            .filter(({ spec }) => !spec.podCIDRs?.length)
            .map(({ metadata }) => metadata as Ref),
        ),
        matters: (_, after) => after === undefined,
      },
    ],
    look: ({ metadata, spec }, mirrors) => ({
      clusterRanges,
      taken: spec.podCIDRs?.length
        ? []
        : mirrors
            .of(Node)
            .list()
            .filter(other => other.metadata.name !== metadata.name)
            .flatMap(rangesOf),
    }),
    decide,
  }
}
