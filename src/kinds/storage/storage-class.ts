/** StorageClass: a way of making volumes. */
import { age } from '#kinds/columns.ts'
import { TopologySelectorTerm } from '#kinds/core/node-selector.ts'
import { isQualifiedName } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import { bool, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkParameters } from './parameters.ts'

export class StorageClass extends kind({
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  fields: {
    provisioner: field(2, string, 'Who makes the volumes.', { required: true }),
    parameters: field(3, map(string), 'What the provisioner is told.'),
    reclaimPolicy: field(4, oneOf('Recycle', 'Delete', 'Retain'), 'What happens to a volume when its claim is deleted.', {
      explicit: true,
      default: 'Delete',
    }),
    mountOptions: field(5, list(string, { listType: 'atomic' }), 'Options with which volumes are mounted.'),
    allowVolumeExpansion: field(6, bool, 'Whether claims may grow.', { explicit: true }),
    volumeBindingMode: field(7, oneOf('Immediate', 'WaitForFirstConsumer'), 'Whether volumes are made at once or when a pod needs them.', {
      explicit: true,
      default: 'Immediate',
      immutable: true,
    }),
    allowedTopologies: field(8, list(TopologySelectorTerm, { listType: 'atomic' }), 'Where volumes may be made.'),
  },
  validate: (storageClass, at, before) => {
    const { provisioner, parameters, reclaimPolicy } = storageClass
    const wrong = provisioner && isQualifiedName(provisioner.toLowerCase())
    if (wrong) at.key('provisioner').invalid(provisioner, wrong)
    checkParameters(parameters, at.key('parameters'))
    if (reclaimPolicy === 'Recycle') at.key('reclaimPolicy').unsupported(reclaimPolicy, ['Delete', 'Retain'])
    for (const name of ['parameters', 'provisioner', 'reclaimPolicy'] as const)
      if (before && !isEqual(storageClass[name], before[name])) at.key(name).forbidden(`updates to ${name} are forbidden.`)
  },
  columns: {
    Name: {
      format: 'name',
      cell: ({ metadata: { name = '', annotations } }) => (isDefaultClass(annotations) ? `${name} (default)` : name),
    },
    Provisioner: ({ provisioner }) => provisioner,
    ReclaimPolicy: ({ reclaimPolicy }) => reclaimPolicy,
    VolumeBindingMode: ({ volumeBindingMode }) => volumeBindingMode,
    AllowVolumeExpansion: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    Age: age,
  },
}) {}

/** Marks the class of claims that name none. */
export const DEFAULT_CLASS_ANNOTATION = 'storageclass.kubernetes.io/is-default-class'
const BETA_DEFAULT_CLASS_ANNOTATION = 'storageclass.beta.kubernetes.io/is-default-class'
export const isDefaultClass = (annotations: Readonly<Record<string, string>> = {}): boolean =>
  annotations[DEFAULT_CLASS_ANNOTATION] === 'true' || annotations[BETA_DEFAULT_CLASS_ANNOTATION] === 'true'
