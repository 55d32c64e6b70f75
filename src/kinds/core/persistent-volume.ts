/** PersistentVolume: a piece of storage of the cluster. */
import { known, oneOf, string, time } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { NodeSelector } from './node-selector.ts'
import { PersistentVolumeSource } from './persistent-volume-sources.ts'
import { ObjectReference } from './references.ts'
import { resourceList } from './resources.ts'

export class VolumeNodeAffinity extends struct({
  required: field(1, NodeSelector, 'Required.'),
}) {}

export class PersistentVolumeSpec extends struct({
  capacity: field(1, resourceList, 'Capacity.'),
  ...inline(2, PersistentVolumeSource),
  accessModes: field(
    3,
    list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'), { listType: 'atomic' }),
    'Access modes.',
  ),
  claimRef: field(4, ObjectReference, 'Claim ref.', { atomic: false }),
  persistentVolumeReclaimPolicy: field(5, oneOf('Delete', 'Recycle', 'Retain'), 'Persistent volume reclaim policy.', { default: 'Retain' }),
  storageClassName: field(6, string, 'Storage class name.'),
  mountOptions: field(7, list(string, { listType: 'atomic' }), 'Mount options.'),
  volumeMode: field(8, oneOf('Block', 'Filesystem'), 'Volume mode.', { explicit: true, default: 'Filesystem' }),
  nodeAffinity: field(9, VolumeNodeAffinity, 'Node affinity.'),
  volumeAttributesClassName: field(10, string, 'Volume attributes class name.', { explicit: true }),
}) {}

export class PersistentVolumeStatus extends struct({
  phase: field(1, known('Pending', 'Available', 'Bound', 'Released', 'Failed'), 'Phase.'),
  message: field(2, string, 'Message.'),
  reason: field(3, string, 'Reason.'),
  lastPhaseTransitionTime: field(4, time, 'Last phase transition time.'),
}) {}

export class PersistentVolume extends kind({
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  subresources: { status: true },
  fields: {
    spec: field(2, PersistentVolumeSpec, 'Spec.', { written: true }),
    status: field(3, PersistentVolumeStatus, 'Status.', { written: true }),
  },
}) {}
