/** ResourceSlice: ?file resource/resource-slice. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, int64, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CounterSet, Device } from './device.ts'
import { kind, struct } from './group.ts'

export class ResourcePool extends struct({
  name: field(1, string, '?ResourcePool.name', { required: true }),
  generation: field(2, int64, '?ResourcePool.generation', { always: true }),
  resourceSliceCount: field(3, int64, '?ResourcePool.resourceSliceCount', { always: true }),
}) {}

export class ResourceSliceSpec extends struct({
  driver: field(1, string, '?ResourceSliceSpec.driver', { required: true }),
  pool: field(2, ResourcePool, '?ResourceSliceSpec.pool', { always: true }),
  nodeName: field(3, string, '?ResourceSliceSpec.nodeName', { explicit: true }),
  nodeSelector: field(4, NodeSelector, '?ResourceSliceSpec.nodeSelector'),
  allNodes: field(5, bool, '?ResourceSliceSpec.allNodes', { explicit: true }),
  devices: field(6, list(Device, { listType: 'atomic' }), '?ResourceSliceSpec.devices'),
  perDeviceNodeSelection: field(7, bool, '?ResourceSliceSpec.perDeviceNodeSelection', { explicit: true }),
  sharedCounters: field(8, list(CounterSet, { listType: 'atomic' }), '?ResourceSliceSpec.sharedCounters'),
}) {}

export class ResourceSlice extends kind({
  plural: 'resourceslices',
  scope: 'Cluster',
  fields: {
    spec: field(2, ResourceSliceSpec, '?ResourceSlice.spec', { always: true }),
  },
}) {}
