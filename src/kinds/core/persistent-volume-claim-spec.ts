/** What a claim asks of storage. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts'
import { VolumeResourceRequirements } from './resources.ts'

export class PersistentVolumeClaimSpec extends struct({
  accessModes: field(
    1,
    list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'), { listType: 'atomic' }),
    'Access modes.',
  ),
  selector: field(4, LabelSelector, 'Selector.'),
  resources: field(2, VolumeResourceRequirements, 'Resources.', { written: true }),
  volumeName: field(3, string, 'Volume name.'),
  storageClassName: field(5, string, 'Storage class name.', { explicit: true }),
  volumeMode: field(6, oneOf('Block', 'Filesystem'), 'Volume mode.', { explicit: true, default: 'Filesystem' }),
  dataSource: field(7, TypedLocalObjectReference, 'Data source.'),
  dataSourceRef: field(8, TypedObjectReference, 'Data source ref.'),
  volumeAttributesClassName: field(9, string, 'Volume attributes class name.', { explicit: true }),
}) {}

export class PersistentVolumeClaimTemplate extends struct({
  metadata: field(1, ObjectMeta, 'Metadata.', { written: true }),
  spec: field(2, PersistentVolumeClaimSpec, 'Spec.', { always: true }),
}) {}
