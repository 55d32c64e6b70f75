/** PersistentVolumeClaim: a request for storage. */
import { age } from '#kinds/columns.ts'
import { known, string, time, timeOrNull } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { accessModesText, storageClassOf } from './access-modes.ts'
import { kind, struct } from './group.ts'
import { alignSources } from './persistent-volume-claim/data-source.ts'
import { checkClaim } from './persistent-volume-claim/rules.ts'
import { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts'
import { resourceList } from './resources.ts'

export class PersistentVolumeClaimCondition extends struct({
  type: field(
    1,
    known(
      'Resizing',
      'FileSystemResizePending',
      'ControllerResizeError',
      'NodeResizeError',
      'ModifyVolumeError',
      'ModifyingVolume',
      'Unused',
    ),
    'What the condition is about, such as Resizing.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastProbeTime: field(3, timeOrNull, 'When the condition was last looked at.', { written: true }),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(6, string, 'A sentence for people.'),
}) {}

export class ModifyVolumeStatus extends struct({
  targetVolumeAttributesClassName: field(1, string, 'The class that the volume is being changed to.'),
  status: field(2, known('Pending', 'InProgress', 'Infeasible'), 'Pending, InProgress or Infeasible.', { always: true }),
}) {}

export class PersistentVolumeClaimStatus extends struct(
  {
    phase: field(1, known('Pending', 'Bound', 'Lost'), 'Pending, Bound, or Lost when the volume has vanished.'),
    accessModes: field(
      2,
      list(known('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'), { listType: 'atomic' }),
      'How the bound volume can be mounted.',
    ),
    capacity: field(3, resourceList, 'How large the bound volume is.'),
    conditions: field(
      4,
      list(PersistentVolumeClaimCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'What is known about single aspects of the object, one entry per type.',
    ),
    allocatedResources: field(5, resourceList, 'How large the volume is to become.'),
    allocatedResourceStatuses: field(
      7,
      map(
        known(
          'ControllerResizeInProgress',
          'ControllerResizeInfeasible',
          'NodeResizePending',
          'NodeResizeInProgress',
          'NodeResizeInfeasible',
        ),
      ),
      'How far the resize has come.',
    ),
    currentVolumeAttributesClassName: field(8, string, 'The class of attributes that is in force.', { explicit: true }),
    modifyVolumeStatus: field(9, ModifyVolumeStatus, 'How far the change of attributes has come.'),
  },
  {
    fill: status => {
      status.phase ||= 'Pending'
    },
  },
) {}

export class PersistentVolumeClaim extends kind({
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  scope: 'Namespaced',
  subresources: { status: true },
  fields: {
    spec: field(2, PersistentVolumeClaimSpec, 'What is wanted.', { written: true }),
    status: field(3, PersistentVolumeClaimStatus, 'What is observed.', { written: true }),
  },
  columns: {
    Status: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? '')),
    Volume: ({ spec }) => spec.volumeName ?? '',
    Capacity: ({ spec, status }) => (spec.volumeName ? (status.capacity?.['storage'] ?? '0') : ''),
    'Access Modes': ({ spec, status }) => (spec.volumeName ? accessModesText(status.accessModes) : ''),
    StorageClass: storageClassOf,
    VolumeAttributesClass: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    Age: age,
    VolumeMode: { wide: true, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
  },
  selectable: { name: ({ metadata }) => metadata.name ?? '' },
  onCreate: next => {
    next.status = { phase: 'Pending' }
    alignSources(next.spec)
  },
  onUpdate: next => alignSources(next.spec),
  validate: ({ spec, status }, at, before) => checkClaim(spec, at.key('spec'), before && { ...before, status }),
}) {}
