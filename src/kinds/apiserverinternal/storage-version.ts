/** StorageVersion: ?file apiserverinternal/storage-version. */
import { int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class StorageVersionSpec extends struct({}) {}

export class ServerStorageVersion extends struct({
  apiServerID: field(1, string, '?ServerStorageVersion.apiServerID', { required: true }),
  encodingVersion: field(2, string, '?ServerStorageVersion.encodingVersion', { required: true }),
  decodableVersions: field(3, list(string, { listType: 'set' }), '?ServerStorageVersion.decodableVersions', { required: true }),
  servedVersions: field(4, list(string, { listType: 'set' }), '?ServerStorageVersion.servedVersions'),
}) {}

export class StorageVersionCondition extends struct({
  type: field(1, known('AllEncodingVersionsEqual'), '?StorageVersionCondition.type', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?StorageVersionCondition.status', { always: true }),
  observedGeneration: field(3, int64, '?StorageVersionCondition.observedGeneration'),
  lastTransitionTime: field(4, time, '?StorageVersionCondition.lastTransitionTime'),
  reason: field(5, string, '?StorageVersionCondition.reason', { always: true }),
  message: field(6, string, '?StorageVersionCondition.message', { required: true }),
}) {}

export class StorageVersionStatus extends struct({
  storageVersions: field(
    1,
    list(ServerStorageVersion, { listType: 'map', keys: ['apiServerID'] }),
    '?StorageVersionStatus.storageVersions',
  ),
  commonEncodingVersion: field(2, string, '?StorageVersionStatus.commonEncodingVersion', { explicit: true }),
  conditions: field(3, list(StorageVersionCondition, { listType: 'map', keys: ['type'] }), '?StorageVersionStatus.conditions'),
}) {}

export class StorageVersion extends kind({
  plural: 'storageversions',
  scope: 'Cluster',
  fields: {
    spec: field(2, StorageVersionSpec, '?StorageVersion.spec', { written: true }),
    status: field(3, StorageVersionStatus, '?StorageVersion.status', { written: true }),
  },
  subresources: { status: true },
}) {}
