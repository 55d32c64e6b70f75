/** CSINode: the storage drivers on a node. */
import { age } from '#kinds/columns.ts'
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class VolumeNodeResources extends struct({
  count: field(1, int32, 'How many volumes can be attached to the node.', { explicit: true, minimum: 0 }),
}) {}

export class CSINodeDriver extends struct({
  name: field(1, string, 'Name of the driver.', { required: true }),
  nodeID: field(2, string, 'How the driver calls the node.', { required: true }),
  topologyKeys: field(3, list(string, { listType: 'atomic' }), 'Labels by which the driver places volumes.', { written: true }),
  allocatable: field(4, VolumeNodeResources, 'How many volumes the node can take.'),
}) {}

export class CSINodeSpec extends struct({
  drivers: field(
    1,
    list(CSINodeDriver, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge', unique: true }),
    'The drivers on the node.',
    { always: true },
  ),
}) {}

export class CSINode extends kind({
  plural: 'csinodes',
  scope: 'Cluster',
  fields: {
    spec: field(2, CSINodeSpec, 'What is wanted.', { always: true }),
  },
  columns: { Drivers: { type: 'integer', cell: ({ spec }) => (spec.drivers ?? []).length }, Age: age },
}) {}
