/** ResourceSlice: ?file resource/v1beta1/resource-slice. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CounterSet, ResourcePool } from './again.ts'
import { Device } from './device.ts'
import { kind, struct } from './group.ts'

export class ResourceSliceSpec extends struct({
  driver: field(1, string, '?ResourceSliceSpec.driver', { required: true }),
  pool: field(2, ResourcePool, '?ResourceSliceSpec.pool', { always: true }),
  nodeName: field(3, string, '?ResourceSliceSpec.nodeName'),
  nodeSelector: field(4, NodeSelector, '?ResourceSliceSpec.nodeSelector'),
  allNodes: field(5, bool, '?ResourceSliceSpec.allNodes'),
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
