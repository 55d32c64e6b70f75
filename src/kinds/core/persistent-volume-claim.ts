/** PersistentVolumeClaim: a request for storage. */
import { age } from '#kinds/columns.ts'
import { known, string, time } from '#schema/scalars.ts'
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
    'Type.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'Status.', { always: true }),
  lastProbeTime: field(3, time, 'Last probe time.'),
  lastTransitionTime: field(4, time, 'Last transition time.'),
  reason: field(5, string, 'Reason.'),
  message: field(6, string, 'Message.'),
}) {}

export class ModifyVolumeStatus extends struct({
  targetVolumeAttributesClassName: field(1, string, 'Target volume attributes class name.'),
  status: field(2, known('Pending', 'InProgress', 'Infeasible'), 'Status.', { always: true }),
}) {}

export class PersistentVolumeClaimStatus extends struct(
  {
    phase: field(1, known('Pending', 'Bound', 'Lost'), 'Phase.'),
    accessModes: field(
      2,
      list(known('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'), { listType: 'atomic' }),
      'Access modes.',
    ),
    capacity: field(3, resourceList, 'Capacity.'),
    conditions: field(
      4,
      list(PersistentVolumeClaimCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Conditions.',
    ),
    allocatedResources: field(5, resourceList, 'Allocated resources.'),
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
      'Allocated resource statuses.',
    ),
    currentVolumeAttributesClassName: field(8, string, 'Current volume attributes class name.', { explicit: true }),
    modifyVolumeStatus: field(9, ModifyVolumeStatus, 'Modify volume status.'),
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
    spec: field(2, PersistentVolumeClaimSpec, 'Spec.', { written: true }),
    status: field(3, PersistentVolumeClaimStatus, 'Status.', { written: true }),
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
