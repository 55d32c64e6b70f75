/** Device: ?file resource/v1beta1/device. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { DeviceAttribute, DeviceCapacity, DeviceCounterConsumption, DeviceTaint, NodeAllocatableResourceMapping } from './again.ts'
import { struct } from './group.ts'

export class BasicDevice extends struct({
  attributes: field(1, map(DeviceAttribute), '?BasicDevice.attributes'),
  capacity: field(2, map(DeviceCapacity), '?BasicDevice.capacity'),
  consumesCounters: field(3, list(DeviceCounterConsumption, { listType: 'atomic' }), '?BasicDevice.consumesCounters'),
  nodeName: field(4, string, '?BasicDevice.nodeName', { explicit: true }),
  nodeSelector: field(5, NodeSelector, '?BasicDevice.nodeSelector'),
  allNodes: field(6, bool, '?BasicDevice.allNodes', { explicit: true }),
  taints: field(7, list(DeviceTaint, { listType: 'atomic' }), '?BasicDevice.taints'),
  bindsToNode: field(8, bool, '?BasicDevice.bindsToNode', { explicit: true }),
  bindingConditions: field(9, list(string, { listType: 'atomic' }), '?BasicDevice.bindingConditions'),
  bindingFailureConditions: field(10, list(string, { listType: 'atomic' }), '?BasicDevice.bindingFailureConditions'),
  allowMultipleAllocations: field(11, bool, '?BasicDevice.allowMultipleAllocations', { explicit: true }),
  nodeAllocatableResourceMappings: field(12, map(NodeAllocatableResourceMapping), '?BasicDevice.nodeAllocatableResourceMappings'),
}) {}

export class Device extends struct({
  name: field(1, string, '?Device.name', { required: true }),
  basic: field(2, BasicDevice, '?Device.basic'),
}) {}
