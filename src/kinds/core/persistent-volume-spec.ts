/** PersistentVolumeSpec: what a piece of storage is. */
import { oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { NodeSelector } from './node-selector.ts'
import { PersistentVolumeSource } from './persistent-volume-sources.ts'
import { ObjectReference } from './references.ts'
import { resourceList } from './resources.ts'

export class VolumeNodeAffinity extends struct({
  required: field(1, NodeSelector, 'Required.'),
}) {}

const SOURCES = Object.keys(PersistentVolumeSource.fields) as readonly (keyof typeof PersistentVolumeSource.fields)[]

export class PersistentVolumeSpec extends struct(
  {
    capacity: field(1, resourceList, 'Capacity.'),
    ...inline(2, PersistentVolumeSource),
    accessModes: field(
      3,
      list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'), { listType: 'atomic' }),
      'Access modes.',
    ),
    claimRef: field(4, ObjectReference, 'Claim ref.', { atomic: false }),
    persistentVolumeReclaimPolicy: field(5, oneOf('Delete', 'Recycle', 'Retain'), 'Persistent volume reclaim policy.', {
      default: 'Retain',
    }),
    storageClassName: field(6, string, 'Storage class name.'),
    mountOptions: field(7, list(string, { listType: 'atomic' }), 'Mount options.'),
    volumeMode: field(8, oneOf('Block', 'Filesystem'), 'Volume mode.', { explicit: true, default: 'Filesystem' }),
    nodeAffinity: field(9, VolumeNodeAffinity, 'Node affinity.'),
    volumeAttributesClassName: field(10, string, 'Volume attributes class name.', { explicit: true }),
  },
  { oneOf: { members: SOURCES, required: true, noun: 'volume type' } },
) {}
