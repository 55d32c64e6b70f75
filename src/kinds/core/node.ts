/** Node: a machine that runs pods. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { NodeConfigSource, NodeStatus } from './node-status.ts'
import { Taint } from './taint.ts'

export class NodeSpec extends struct({
  podCIDR: field(1, string, 'Pod cidr.'),
  podCIDRs: field(7, list(string, { listType: 'set', patchStrategy: 'merge' }), 'Pod cid rs.'),
  providerID: field(3, string, 'Provider id.'),
  unschedulable: field(4, bool, 'Unschedulable.'),
  taints: field(5, list(Taint, { listType: 'atomic' }), 'Taints.'),
  configSource: field(6, NodeConfigSource, 'Config source.'),
  externalID: field(2, string, 'External id.'),
}) {}

export class Node extends kind({
  plural: 'nodes',
  shortNames: ['no'],
  scope: 'Cluster',
  subresources: { status: true },
  fields: {
    spec: field(2, NodeSpec, 'Spec.', { written: true }),
    status: field(3, NodeStatus, 'Status.', { written: true }),
  },
}) {}
