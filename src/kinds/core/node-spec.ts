/** NodeSpec: what is wanted of a node. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { NodeConfigSource } from './node-status.ts'
import { Taint } from './taint.ts'

export class NodeSpec extends struct(
  {
    podCIDR: field(1, string, 'Pod cidr.'),
    podCIDRs: field(7, list(string, { listType: 'set', patchStrategy: 'merge' }), 'Pod cid rs.'),
    providerID: field(3, string, 'Provider id.'),
    unschedulable: field(4, bool, 'Unschedulable.'),
    taints: field(5, list(Taint, { listType: 'atomic' }), 'Taints.'),
    configSource: field(6, NodeConfigSource, 'Config source.'),
    externalID: field(2, string, 'External id.'),
  },
  {
    // The single range and the list say the same.
    fill: spec => {
      if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR]
      const first = spec.podCIDRs?.[0]
      if (first) spec.podCIDR = first
    },
  },
) {}
