/** CSIStorageCapacity: ?file storage/csi-storage-capacity. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class CSIStorageCapacity extends kind({
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  fields: {
    nodeTopology: field(2, LabelSelector, '?CSIStorageCapacity.nodeTopology'),
    storageClassName: field(3, string, '?CSIStorageCapacity.storageClassName', { required: true }),
    capacity: field(4, quantity, '?CSIStorageCapacity.capacity', { explicit: true }),
    maximumVolumeSize: field(5, quantity, '?CSIStorageCapacity.maximumVolumeSize', { explicit: true }),
  },
}) {}
