/** CounterSet: a device with its attributes, capacity and counters. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, int64, quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { DeviceTaint } from './taint.ts'

export class DeviceAttribute extends struct({
  int: field(2, int64, 'A number.', { explicit: true }),
  bool: field(3, bool, 'A truth value.', { explicit: true }),
  string: field(4, string, 'A string.', { explicit: true }),
  version: field(5, string, 'A semantic version.', { explicit: true }),
  ints: field(6, list(int64, { listType: 'atomic' }), 'Several numbers.'),
  bools: field(7, list(bool, { listType: 'atomic' }), 'Several truth values.'),
  strings: field(8, list(string, { listType: 'atomic' }), 'Several strings.'),
  versions: field(9, list(string, { listType: 'atomic' }), 'Several semantic versions.'),
}) {}

export class CapacityRequestPolicyRange extends struct({
  min: field(1, quantity, 'The smallest amount.', { explicit: true, required: true }),
  max: field(2, quantity, 'The largest amount.', { explicit: true }),
  step: field(3, quantity, 'The distance between valid amounts.', { explicit: true }),
}) {}

export class CapacityRequestPolicy extends struct({
  default: field(1, quantity, 'How much is taken when a request does not say.'),
  validValues: field(3, list(quantity, { listType: 'atomic' }), 'The amounts that can be taken.'),
  validRange: field(4, CapacityRequestPolicyRange, 'A range of amounts that can be taken.'),
}) {}

export class DeviceCapacity extends struct({
  value: field(1, quantity, 'How much there is.', { always: true }),
  requestPolicy: field(2, CapacityRequestPolicy, 'How requests may divide it.'),
}) {}

export class Counter extends struct({
  value: field(1, quantity, 'How much there is.', { always: true }),
}) {}

export class DeviceCounterConsumption extends struct({
  counterSet: field(1, string, 'The set of counters.', { required: true }),
  counters: field(2, map(Counter), 'How much is drawn from each.', { required: true }),
}) {}

export class NodeAllocatableResourceMapping extends struct({
  capacityKey: field(1, string, 'The capacity that counts.', { explicit: true }),
  allocationMultiplier: field(2, quantity, 'How much of the resource a unit uses up.', { explicit: true }),
}) {}

export class Device extends struct({
  name: field(1, string, 'Name of the device in its pool.', { required: true }),
  attributes: field(2, map(DeviceAttribute), 'Properties by which it can be selected.'),
  capacity: field(3, map(DeviceCapacity), 'Amounts by which it can be selected.'),
  consumesCounters: field(4, list(DeviceCounterConsumption, { listType: 'atomic' }), 'What it draws from shared counters.'),
  nodeName: field(5, string, 'The node on which it can be used.', { explicit: true }),
  nodeSelector: field(6, NodeSelector, 'The nodes on which it can be used.'),
  allNodes: field(7, bool, 'Whether it can be used on all nodes.', { explicit: true }),
  taints: field(8, list(DeviceTaint, { listType: 'atomic' }), 'Reasons why it should not be used.'),
  bindsToNode: field(9, bool, 'Whether the allocation ties the claim to the node that was chosen.', { explicit: true }),
  bindingConditions: field(10, list(string, { listType: 'atomic' }), 'Conditions that must become true before the pod is bound.'),
  bindingFailureConditions: field(11, list(string, { listType: 'atomic' }), 'Conditions that undo an allocation.'),
  allowMultipleAllocations: field(12, bool, 'Whether several requests can share it.', { explicit: true }),
  nodeAllocatableResourceMappings: field(13, map(NodeAllocatableResourceMapping), "Which of the node's own resources it uses up."),
}) {}

export class CounterSet extends struct({
  name: field(1, string, 'Name of the set.', { required: true }),
  counters: field(2, map(Counter), 'The counters by name.', { required: true }),
}) {}
