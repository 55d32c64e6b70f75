/** ResourcePoolStatusRequest: ?file resource/v1alpha3/resource-pool-status-request. */
import { Condition } from '#kinds/meta/condition.ts'
import { int32, int64, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ResourcePoolStatusRequestSpec extends struct({
  driver: field(1, string, '?ResourcePoolStatusRequestSpec.driver', { required: true }),
  poolName: field(2, string, '?ResourcePoolStatusRequestSpec.poolName', { explicit: true }),
  limit: field(3, int32, '?ResourcePoolStatusRequestSpec.limit', { explicit: true, default: 100 }),
}) {}

export class PoolStatus extends struct({
  driver: field(1, string, '?PoolStatus.driver', { required: true }),
  poolName: field(2, string, '?PoolStatus.poolName', { required: true }),
  generation: field(9, int64, '?PoolStatus.generation', { always: true }),
  resourceSliceCount: field(8, int32, '?PoolStatus.resourceSliceCount', { explicit: true }),
  totalDevices: field(4, int32, '?PoolStatus.totalDevices', { explicit: true }),
  allocatedDevices: field(5, int32, '?PoolStatus.allocatedDevices', { explicit: true }),
  availableDevices: field(6, int32, '?PoolStatus.availableDevices', { explicit: true }),
  unavailableDevices: field(7, int32, '?PoolStatus.unavailableDevices', { explicit: true }),
  nodeName: field(3, string, '?PoolStatus.nodeName', { explicit: true }),
  validationError: field(10, string, '?PoolStatus.validationError', { explicit: true }),
}) {}

export class ResourcePoolStatusRequestStatus extends struct({
  poolCount: field(6, int32, '?ResourcePoolStatusRequestStatus.poolCount', { required: true }),
  pools: field(2, list(PoolStatus, { listType: 'atomic' }), '?ResourcePoolStatusRequestStatus.pools'),
  conditions: field(
    3,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?ResourcePoolStatusRequestStatus.conditions',
  ),
}) {}

export class ResourcePoolStatusRequest extends kind({
  plural: 'resourcepoolstatusrequests',
  scope: 'Cluster',
  fields: {
    spec: field(2, ResourcePoolStatusRequestSpec, '?ResourcePoolStatusRequest.spec', { always: true }),
    status: field(3, ResourcePoolStatusRequestStatus, '?ResourcePoolStatusRequest.status'),
  },
  subresources: { status: true },
}) {}
