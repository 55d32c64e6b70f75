/** PersistentVolumeSpec: what a piece of storage is. */
import { known, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { ACCESS_MODES } from './access-modes.ts'
import { struct } from './group.ts'
import { NodeSelector } from './node-selector.ts'
import { PersistentVolumeSource } from './persistent-volume-sources.ts'
import { ObjectReference } from './references.ts'
import { resourceList } from './resources.ts'

export class VolumeNodeAffinity extends struct({
  required: field(1, NodeSelector, 'Which nodes can reach the volume.'),
}) {}

const SOURCES = Object.keys(PersistentVolumeSource.fields) as readonly (keyof typeof PersistentVolumeSource.fields)[]

export class PersistentVolumeSpec extends struct(
  {
    capacity: field(1, resourceList, 'How large the volume is, under `storage`.'),
    ...inline(2, PersistentVolumeSource),
    accessModes: field(
      3,
      list(known(...ACCESS_MODES), { listType: 'atomic' }),
      'By how many nodes and pods the volume can be mounted, and how.',
    ),
    claimRef: field(4, ObjectReference, 'The claim that the volume is bound to.', { atomic: false }),
    persistentVolumeReclaimPolicy: field(
      5,
      oneOf('Delete', 'Recycle', 'Retain'),
      'Whether the volume is kept, deleted or emptied when its claim is gone.',
      {
        default: 'Retain',
      },
    ),
    storageClassName: field(6, string, 'The class to which the volume belongs; empty means none.'),
    mountOptions: field(7, list(string, { listType: 'atomic' }), 'Options with which it is mounted; not checked.'),
    volumeMode: field(8, oneOf('Block', 'Filesystem'), 'Filesystem, or Block for a raw device.', { explicit: true, default: 'Filesystem' }),
    nodeAffinity: field(9, VolumeNodeAffinity, 'Which nodes can reach the volume.'),
    volumeAttributesClassName: field(10, string, 'The class of changeable attributes of the volume, such as throughput (KEP-3751).', {
      explicit: true,
    }),
  },
  { oneOf: { members: SOURCES, required: true, noun: 'volume type' } },
) {}
