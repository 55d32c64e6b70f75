/** ResourceSlice: devices that a driver offers. */
import { timestamp } from '#base/clock.ts'
import { age } from '#kinds/columns.ts'
import { NodeSelector } from '#kinds/core/node-selector.ts'
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { bool, int64, string } from '#schema/scalars.ts'
import { type Draft, field, list } from '#schema/vocabulary.ts'
import { CounterSet, Device } from './device.ts'
import { kind, struct } from './group.ts'
import { checkSlice } from './slice-rules.ts'

export class ResourcePool extends struct({
  name: field(1, string, 'Name of the pool.', { required: true }),
  generation: field(2, int64, 'Counts the changes of the pool; only slices of the highest one count.', { always: true }),
  resourceSliceCount: field(3, int64, 'How many slices the pool has.', { always: true }),
}) {}

export class ResourceSliceSpec extends struct(
  {
    driver: field(1, string, 'The driver that publishes the devices.', { required: true, immutable: true, check: isDns1123Subdomain }),
    pool: field(2, ResourcePool, 'The pool to which they belong.', { always: true }),
    nodeName: field(3, string, 'The node on which it can be used.', { explicit: true, immutable: true }),
    nodeSelector: field(4, NodeSelector, 'The nodes on which it can be used.'),
    allNodes: field(5, bool, 'Whether it can be used on all nodes.', { explicit: true }),
    devices: field(6, list(Device, { listType: 'atomic' }), 'The devices.'),
    perDeviceNodeSelection: field(7, bool, 'Whether each device says itself where it can be used.', { explicit: true }),
    sharedCounters: field(8, list(CounterSet, { listType: 'atomic' }), 'Counters from which devices draw together.'),
  },
  { validate: checkSlice },
) {}

/** Taints count from when they came. */
function dateTaints({ devices = [] }: Draft<ResourceSliceSpec>, now: number): void {
  for (const { taints = [] } of devices) for (const taint of taints) taint.timeAdded ??= timestamp(now)
}

export class ResourceSlice extends kind({
  plural: 'resourceslices',
  scope: 'Cluster',
  fields: {
    spec: field(2, ResourceSliceSpec, 'What is wanted.', { always: true }),
  },
  bumpsGeneration: ['spec'],
  onCreate: (next, { now }) => dateTaints(next.spec, now),
  onUpdate: (next, _, { now }) => dateTaints(next.spec, now),
  columns: {
    Node: ({ spec }) => spec.nodeName ?? '',
    Driver: ({ spec }) => spec.driver,
    Pool: ({ spec }) => spec.pool.name,
    Age: age,
  },
  selectable: { 'spec.nodeName': ({ spec }) => spec.nodeName ?? '', 'spec.driver': ({ spec }) => spec.driver },
}) {}
