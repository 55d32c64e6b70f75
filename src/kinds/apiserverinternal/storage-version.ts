/** StorageVersion: the versions in which API servers store a resource. */
import { age } from '#kinds/columns.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class StorageVersionSpec extends struct({}) {}

export class ServerStorageVersion extends struct({
  apiServerID: field(1, string, 'The server.', { required: true }),
  encodingVersion: field(2, string, 'The version in which it writes objects.', { required: true }),
  decodableVersions: field(3, list(string, { listType: 'set' }), 'Versions that it can read.', { required: true }),
  servedVersions: field(4, list(string, { listType: 'set' }), 'Versions that it serves.'),
}) {}

export class StorageVersionCondition extends struct({
  type: field(1, known('AllEncodingVersionsEqual'), 'Which finding this is.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  observedGeneration: field(3, int64, 'The generation of the object that the rest describes.'),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'Why, in one word for machines.', { always: true }),
  message: field(6, string, 'Why, in a sentence for people.', { required: true }),
}) {}

export class StorageVersionStatus extends struct({
  storageVersions: field(1, list(ServerStorageVersion, { listType: 'map', keys: ['apiServerID'] }), 'What each server says.'),
  commonEncodingVersion: field(2, string, 'The version in which all servers write, if they agree.', { explicit: true }),
  conditions: field(3, list(StorageVersionCondition, { listType: 'map', keys: ['type'] }), 'Findings about the present state.'),
}) {}

export class StorageVersion extends kind({
  plural: 'storageversions',
  scope: 'Cluster',
  fields: {
    metadata: field(1, ObjectMeta, 'Name, labels and everything else that all objects have.', { always: true }),
    spec: field(2, StorageVersionSpec, 'What is wanted.', { written: true }),
    status: field(3, StorageVersionStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  columns: {
    CommonEncodingVersion: ({ status }) => status.commonEncodingVersion ?? '<unset>',
    StorageVersions: ({ status }) =>
      status.storageVersions?.map(({ apiServerID, encodingVersion }) => `${apiServerID}=${encodingVersion}`).join(',') ?? '<unset>',
    Age: age,
  },
}) {}
