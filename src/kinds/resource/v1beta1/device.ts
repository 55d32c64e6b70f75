/** Device: a device, with its properties one level down. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { DeviceAttribute, DeviceCapacity, DeviceCounterConsumption, DeviceTaint, NodeAllocatableResourceMapping } from './again.ts'
import { struct } from './group.ts'

export class BasicDevice extends struct({
  attributes: field(1, map(DeviceAttribute), 'Properties by which it can be selected.'),
  capacity: field(2, map(DeviceCapacity), 'Amounts by which it can be selected.'),
  consumesCounters: field(3, list(DeviceCounterConsumption, { listType: 'atomic' }), 'What it draws from shared counters.'),
  nodeName: field(4, string, 'The node on which it can be used.', { explicit: true }),
  nodeSelector: field(5, NodeSelector, 'The nodes on which it can be used.'),
  allNodes: field(6, bool, 'Whether it can be used on all nodes.', { explicit: true }),
  taints: field(7, list(DeviceTaint, { listType: 'atomic' }), 'Reasons why it should not be used.'),
  bindsToNode: field(8, bool, 'Whether the allocation ties the claim to the node that was chosen.', { explicit: true }),
  bindingConditions: field(9, list(string, { listType: 'atomic' }), 'Conditions that must become true before the pod is bound.'),
  bindingFailureConditions: field(10, list(string, { listType: 'atomic' }), 'Conditions that undo an allocation.'),
  allowMultipleAllocations: field(11, bool, 'Whether several requests can share it.', { explicit: true }),
  nodeAllocatableResourceMappings: field(12, map(NodeAllocatableResourceMapping), "Which of the node's own resources it uses up."),
}) {}

export class Device extends struct({
  name: field(1, string, 'Name of the device in its pool.', { required: true }),
  basic: field(2, BasicDevice, "The device's attributes and capacity."),
}) {}
