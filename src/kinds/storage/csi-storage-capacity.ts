/** CSIStorageCapacity: free space that a driver reports for some nodes. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class CSIStorageCapacity extends kind({
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  fields: {
    nodeTopology: field(2, LabelSelector, 'The nodes from which the space can be used.'),
    storageClassName: field(3, string, 'The class of the volumes.', { required: true }),
    capacity: field(4, quantity, 'The free space.', { explicit: true }),
    maximumVolumeSize: field(5, quantity, 'The largest volume that can be made.', { explicit: true }),
  },
}) {}
