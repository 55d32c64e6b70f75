/** CSINode: ?file storage/csi-node. */
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class VolumeNodeResources extends struct({
  count: field(1, int32, '?VolumeNodeResources.count', { explicit: true }),
}) {}

export class CSINodeDriver extends struct({
  name: field(1, string, '?CSINodeDriver.name', { required: true }),
  nodeID: field(2, string, '?CSINodeDriver.nodeID', { required: true }),
  topologyKeys: field(3, list(string, { listType: 'atomic' }), '?CSINodeDriver.topologyKeys', { written: true }),
  allocatable: field(4, VolumeNodeResources, '?CSINodeDriver.allocatable'),
}) {}

export class CSINodeSpec extends struct({
  drivers: field(
    1,
    list(CSINodeDriver, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    '?CSINodeSpec.drivers',
    { required: true },
  ),
}) {}

export class CSINode extends kind({
  plural: 'csinodes',
  scope: 'Cluster',
  fields: {
    spec: field(2, CSINodeSpec, '?CSINode.spec', { always: true }),
  },
}) {}
