/** StorageClass: ?file storage/storage-class. */
import { TopologySelectorTerm } from '#kinds/core/node-selector.ts'
import { bool, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class StorageClass extends kind({
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  fields: {
    provisioner: field(2, string, '?StorageClass.provisioner', { required: true }),
    parameters: field(3, map(string), '?StorageClass.parameters'),
    reclaimPolicy: field(4, oneOf('Recycle', 'Delete', 'Retain'), '?StorageClass.reclaimPolicy', { explicit: true }),
    mountOptions: field(5, list(string, { listType: 'atomic' }), '?StorageClass.mountOptions'),
    allowVolumeExpansion: field(6, bool, '?StorageClass.allowVolumeExpansion', { explicit: true }),
    volumeBindingMode: field(7, oneOf('Immediate', 'WaitForFirstConsumer'), '?StorageClass.volumeBindingMode', { explicit: true }),
    allowedTopologies: field(8, list(TopologySelectorTerm, { listType: 'atomic' }), '?StorageClass.allowedTopologies'),
  },
}) {}
