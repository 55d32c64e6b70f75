/** StorageVersionMigration: ?file storagemigration/storage-version-migration. */
import { Condition } from '#kinds/meta/condition.ts'
import { GroupResource } from '#kinds/meta/group-resource.ts'
import { string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class StorageVersionMigrationSpec extends struct({
  resource: field(1, GroupResource, '?StorageVersionMigrationSpec.resource', { always: true }),
}) {}

export class StorageVersionMigrationStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?StorageVersionMigrationStatus.conditions',
  ),
  resourceVersion: field(2, string, '?StorageVersionMigrationStatus.resourceVersion'),
}) {}

export class StorageVersionMigration extends kind({
  plural: 'storageversionmigrations',
  scope: 'Cluster',
  fields: {
    spec: field(2, StorageVersionMigrationSpec, '?StorageVersionMigration.spec', { written: true }),
    status: field(3, StorageVersionMigrationStatus, '?StorageVersionMigration.status', { written: true }),
  },
  subresources: { status: true },
}) {}
