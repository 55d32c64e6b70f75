/** ResourcePoolStatusRequest: a question about the pools of a driver. */

import { Condition } from '#kinds/meta/condition.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { int32, int64, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ResourcePoolStatusRequestSpec extends struct({
  driver: field(1, string, 'The driver whose pools are asked about.', { required: true }),
  poolName: field(2, string, 'One pool only.', { explicit: true }),
  limit: field(3, int32, 'How many pools to report at most.', { explicit: true, default: 100, minimum: 1, maximum: 1_000 }),
}) {}

export class PoolStatus extends struct({
  driver: field(1, string, 'The driver of the pool.', { required: true }),
  poolName: field(2, string, 'Name of the pool.', { required: true }),
  generation: field(9, int64, "The pool's generation.", { always: true }),
  resourceSliceCount: field(8, int32, 'How many slices it has.', { explicit: true }),
  totalDevices: field(4, int32, 'How many devices it has.', { explicit: true }),
  allocatedDevices: field(5, int32, 'How many devices are in use.', { explicit: true }),
  availableDevices: field(6, int32, 'How many devices are free.', { explicit: true }),
  unavailableDevices: field(7, int32, 'How many devices cannot be used.', { explicit: true }),
  nodeName: field(3, string, 'The node to which the pool belongs.', { explicit: true }),
  validationError: field(10, string, 'What is wrong with the pool.', { explicit: true }),
}) {}

export class ResourcePoolStatusRequestStatus extends struct({
  poolCount: field(6, int32, 'How many pools there are.', { explicit: true, required: true }),
  pools: field(2, list(PoolStatus, { listType: 'atomic' }), 'The pools.'),
  conditions: field(
    3,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class ResourcePoolStatusRequest extends kind({
  plural: 'resourcepoolstatusrequests',
  scope: 'Cluster',
  fields: {
    metadata: field(1, ObjectMeta, 'Name, labels and everything else that all objects have.', { always: true }),
    spec: field(2, ResourcePoolStatusRequestSpec, 'What is wanted.', { always: true, immutable: true }),
    status: field(3, ResourcePoolStatusRequestStatus, 'What was last observed.'),
  },
  subresources: { status: true },
}) {}
