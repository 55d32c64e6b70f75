/** StorageClass: a way of making volumes. */
import { TopologySelectorTerm } from '#kinds/core/node-selector.ts'
import { bool, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class StorageClass extends kind({
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  fields: {
    provisioner: field(2, string, 'Who makes the volumes.', { required: true }),
    parameters: field(3, map(string), 'What the provisioner is told.'),
    reclaimPolicy: field(4, oneOf('Recycle', 'Delete', 'Retain'), 'What happens to a volume when its claim is deleted.', {
      explicit: true,
    }),
    mountOptions: field(5, list(string, { listType: 'atomic' }), 'Options with which volumes are mounted.'),
    allowVolumeExpansion: field(6, bool, 'Whether claims may grow.', { explicit: true }),
    volumeBindingMode: field(7, oneOf('Immediate', 'WaitForFirstConsumer'), 'Whether volumes are made at once or when a pod needs them.', {
      explicit: true,
    }),
    allowedTopologies: field(8, list(TopologySelectorTerm, { listType: 'atomic' }), 'Where volumes may be made.'),
  },
}) {}
