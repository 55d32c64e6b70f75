/** NodeSpec: what is wanted of a node. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { NodeConfigSource } from './node-status.ts'
import { Taint } from './taint.ts'

export class NodeSpec extends struct(
  {
    podCIDR: field(1, string, 'Range from which its pods get their addresses.'),
    podCIDRs: field(
      7,
      list(string, { listType: 'set', patchStrategy: 'merge' }),
      'Ranges from which its pods get their addresses, at most one of each family.',
    ),
    providerID: field(3, string, 'Identity of the machine at its provider.'),
    unschedulable: field(4, bool, 'Whether new pods are kept away.'),
    taints: field(5, list(Taint, { listType: 'atomic' }), 'Taints, by which pods are kept away or evicted.'),
    configSource: field(
      6,
      NodeConfigSource,
      'Where its kubelet has its configuration from, other than its own file; upstream no longer heeds it.',
    ),
    externalID: field(2, string, 'No longer has an effect.'),
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
