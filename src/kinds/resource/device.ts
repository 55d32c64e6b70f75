/** CounterSet: ?file resource/device. */
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { bool, int64, quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { DeviceTaint } from './taint.ts'

export class DeviceAttribute extends struct({
  int: field(2, int64, '?DeviceAttribute.int', { explicit: true }),
  bool: field(3, bool, '?DeviceAttribute.bool', { explicit: true }),
  string: field(4, string, '?DeviceAttribute.string', { explicit: true }),
  version: field(5, string, '?DeviceAttribute.version', { explicit: true }),
  ints: field(6, list(int64, { listType: 'atomic' }), '?DeviceAttribute.ints'),
  bools: field(7, list(bool, { listType: 'atomic' }), '?DeviceAttribute.bools'),
  strings: field(8, list(string, { listType: 'atomic' }), '?DeviceAttribute.strings'),
  versions: field(9, list(string, { listType: 'atomic' }), '?DeviceAttribute.versions'),
}) {}

export class CapacityRequestPolicyRange extends struct({
  min: field(1, quantity, '?CapacityRequestPolicyRange.min', { required: true }),
  max: field(2, quantity, '?CapacityRequestPolicyRange.max', { explicit: true }),
  step: field(3, quantity, '?CapacityRequestPolicyRange.step', { explicit: true }),
}) {}

export class CapacityRequestPolicy extends struct({
  default: field(1, quantity, '?CapacityRequestPolicy.default'),
  validValues: field(3, list(quantity, { listType: 'atomic' }), '?CapacityRequestPolicy.validValues'),
  validRange: field(4, CapacityRequestPolicyRange, '?CapacityRequestPolicy.validRange'),
}) {}

export class DeviceCapacity extends struct({
  value: field(1, quantity, '?DeviceCapacity.value', { always: true }),
  requestPolicy: field(2, CapacityRequestPolicy, '?DeviceCapacity.requestPolicy'),
}) {}

export class Counter extends struct({
  value: field(1, quantity, '?Counter.value', { always: true }),
}) {}

export class DeviceCounterConsumption extends struct({
  counterSet: field(1, string, '?DeviceCounterConsumption.counterSet', { required: true }),
  counters: field(2, map(Counter), '?DeviceCounterConsumption.counters', { required: true }),
}) {}

export class NodeAllocatableResourceMapping extends struct({
  capacityKey: field(1, string, '?NodeAllocatableResourceMapping.capacityKey', { explicit: true }),
  allocationMultiplier: field(2, quantity, '?NodeAllocatableResourceMapping.allocationMultiplier', { explicit: true }),
}) {}

export class Device extends struct({
  name: field(1, string, '?Device.name', { required: true }),
  attributes: field(2, map(DeviceAttribute), '?Device.attributes'),
  capacity: field(3, map(DeviceCapacity), '?Device.capacity'),
  consumesCounters: field(4, list(DeviceCounterConsumption, { listType: 'atomic' }), '?Device.consumesCounters'),
  nodeName: field(5, string, '?Device.nodeName', { explicit: true }),
  nodeSelector: field(6, NodeSelector, '?Device.nodeSelector'),
  allNodes: field(7, bool, '?Device.allNodes', { explicit: true }),
  taints: field(8, list(DeviceTaint, { listType: 'atomic' }), '?Device.taints'),
  bindsToNode: field(9, bool, '?Device.bindsToNode', { explicit: true }),
  bindingConditions: field(10, list(string, { listType: 'atomic' }), '?Device.bindingConditions'),
  bindingFailureConditions: field(11, list(string, { listType: 'atomic' }), '?Device.bindingFailureConditions'),
  allowMultipleAllocations: field(12, bool, '?Device.allowMultipleAllocations', { explicit: true }),
  nodeAllocatableResourceMappings: field(13, map(NodeAllocatableResourceMapping), '?Device.nodeAllocatableResourceMappings'),
}) {}

export class CounterSet extends struct({
  name: field(1, string, '?CounterSet.name', { required: true }),
  counters: field(2, map(Counter), '?CounterSet.counters', { required: true }),
}) {}
