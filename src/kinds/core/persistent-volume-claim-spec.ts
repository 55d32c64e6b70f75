/** What a claim asks of storage. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { known, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { ACCESS_MODES } from './access-modes.ts'
import { struct } from './group.ts'
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts'
import { VolumeResourceRequirements } from './resources.ts'

export class PersistentVolumeClaimSpec extends struct({
  accessModes: field(
    1,
    list(known(...ACCESS_MODES), { listType: 'atomic' }),
    'By how many nodes and pods the volume can be mounted, and how.',
  ),
  selector: field(4, LabelSelector, 'Which volumes may be bound, by label.'),
  resources: field(2, VolumeResourceRequirements, 'How large the volume must be.', { written: true }),
  volumeName: field(3, string, 'The volume that is bound, or is to be bound.'),
  storageClassName: field(5, string, 'The class that provides the volume; the default class when absent, none when empty.', {
    explicit: true,
  }),
  volumeMode: field(6, oneOf('Block', 'Filesystem'), 'Filesystem, or Block for a raw device.', { explicit: true, default: 'Filesystem' }),
  dataSource: field(7, TypedLocalObjectReference, 'From what the volume is filled: a snapshot or another claim of the namespace.'),
  dataSourceRef: field(8, TypedObjectReference, 'From what the volume is filled, with any kind of source.'),
  volumeAttributesClassName: field(9, string, 'The class of changeable attributes of the volume, such as throughput (KEP-3751).', {
    explicit: true,
  }),
}) {}

export class PersistentVolumeClaimTemplate extends struct({
  metadata: field(1, ObjectMeta, 'Labels and annotations of the claims that are made.', { written: true }),
  spec: field(2, PersistentVolumeClaimSpec, 'What the claims that are made ask for.', { always: true }),
}) {}
