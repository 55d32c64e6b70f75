/** ResourceSlice: devices that a driver offers, as v1beta1 shows them. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { CounterSet, ResourcePool } from './again.ts'
import { Device } from './device.ts'
import { kind, struct } from './group.ts'

export class ResourceSliceSpec extends struct({
  driver: field(1, string, 'The driver that publishes the devices.', { required: true }),
  pool: field(2, ResourcePool, 'The pool to which they belong.', { always: true }),
  nodeName: field(3, string, 'The node on which it can be used.'),
  nodeSelector: field(4, NodeSelector, 'The nodes on which it can be used.'),
  allNodes: field(5, bool, 'Whether it can be used on all nodes.'),
  devices: field(6, list(Device, { listType: 'atomic' }), 'The devices.'),
  perDeviceNodeSelection: field(7, bool, 'Whether each device says itself where it can be used.', { explicit: true }),
  sharedCounters: field(8, list(CounterSet, { listType: 'atomic' }), 'Counters from which devices draw together.'),
}) {}

export class ResourceSlice extends kind({
  plural: 'resourceslices',
  scope: 'Cluster',
  fields: {
    spec: field(2, ResourceSliceSpec, 'What is wanted.', { always: true }),
  },
}) {}
