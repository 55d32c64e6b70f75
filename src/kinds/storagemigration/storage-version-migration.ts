/** StorageVersionMigration: a request to write all objects of a resource again. */
import { Condition } from '#kinds/meta/condition.ts'
import { GroupResource } from '#kinds/meta/group-resource.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class StorageVersionMigrationSpec extends struct({
  resource: field(1, GroupResource, 'The resource whose objects are to be written again.', { always: true, immutable: true }),
}) {}

export class StorageVersionMigrationStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  resourceVersion: field(2, string, 'Objects older than this one are written again.'),
}) {}

export class StorageVersionMigration extends kind({
  plural: 'storageversionmigrations',
  scope: 'Cluster',
  fields: {
    spec: field(2, StorageVersionMigrationSpec, 'What is wanted.', { written: true }),
    status: field(3, StorageVersionMigrationStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  columns: { Resource: ({ spec: { resource } }) => (resource.group ? `${resource.resource}.${resource.group}` : resource.resource) },
}) {}
