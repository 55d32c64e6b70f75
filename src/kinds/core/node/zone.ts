/** Where a node stands. Reference: well-known labels. */
import type { Node } from '../node.ts'

const ZONE = 'topology.kubernetes.io/zone'

export const zoneOf = (node: Pick<Node, 'metadata'> | undefined): string | undefined => node?.metadata.labels?.[ZONE]
