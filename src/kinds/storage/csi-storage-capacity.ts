/** CSIStorageCapacity: free space that a driver reports for some nodes. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { quantityValue } from '#schema/quantity.ts'
import { quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class CSIStorageCapacity extends kind({
  plural: 'csistoragecapacities',
  scope: 'Namespaced',
  fields: {
    nodeTopology: field(2, LabelSelector, 'The nodes from which the space can be used.', { immutable: true }),
    storageClassName: field(3, string, 'The class of the volumes.', { required: true, immutable: true, check: isDns1123Subdomain }),
    capacity: field(4, quantity, 'The free space.', { explicit: true }),
    maximumVolumeSize: field(5, quantity, 'The largest volume that can be made.', { explicit: true }),
  },
  validate: ({ capacity, maximumVolumeSize }, at) => {
    for (const [name, text] of Object.entries({ capacity, maximumVolumeSize }))
      if (text !== undefined && quantityValue(text) < 0) at.key(name).invalid(text, 'must be greater than or equal to 0')
  },
  columns: {
    StorageClassName: ({ storageClassName }) => storageClassName,
    Capacity: ({ capacity }) => capacity ?? '<unset>',
  },
}) {}
