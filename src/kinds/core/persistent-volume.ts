/** PersistentVolume: a piece of storage of the cluster. */
import { formatSeconds } from '#base/rfc3339.ts'
import { age } from '#kinds/columns.ts'
import { known, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { accessModesText, storageClassOf } from './access-modes.ts'
import { kind, struct } from './group.ts'
import { checkVolume } from './persistent-volume/rules.ts'
import { PersistentVolumeSpec } from './persistent-volume-spec.ts'

export class PersistentVolumeStatus extends struct(
  {
    phase: field(1, known('Pending', 'Available', 'Bound', 'Released', 'Failed'), 'Pending, Available, Bound, Released or Failed.'),
    message: field(2, string, 'A sentence for people.'),
    reason: field(3, string, 'One word in CamelCase, for machines, saying why.'),
    lastPhaseTransitionTime: field(4, time, 'When the phase last changed.'),
  },
  {
    fill: status => {
      status.phase ||= 'Pending'
    },
  },
) {}

export class PersistentVolume extends kind({
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  subresources: { status: true },
  fields: {
    spec: field(2, PersistentVolumeSpec, 'What is wanted.', { written: true }),
    status: field(3, PersistentVolumeStatus, 'What is observed.', { written: true }),
  },
  columns: {
    Capacity: ({ spec }) => spec.capacity?.['storage'] ?? '0',
    'Access Modes': ({ spec }) => accessModesText(spec.accessModes),
    'Reclaim Policy': ({ spec }) => spec.persistentVolumeReclaimPolicy,
    Status: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? '')),
    Claim: ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
    StorageClass: storageClassOf,
    VolumeAttributesClass: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>',
    Reason: ({ status }) => status.reason ?? '',
    Age: age,
    VolumeMode: { wide: true, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
  },
  selectable: { name: ({ metadata }) => metadata.name ?? '' },
  onCreate: (next, { now }) => {
    next.status = { phase: 'Pending', lastPhaseTransitionTime: formatSeconds(Math.floor(now / 1000)) }
  },
  onUpdate: (next, before, { subresource, now }) => {
    if (subresource === 'status' && next.status.phase !== before.status.phase) {
      if (next.status.lastPhaseTransitionTime === before.status.lastPhaseTransitionTime)
        next.status.lastPhaseTransitionTime = formatSeconds(Math.floor(now / 1000))
    }
  },
  validate: ({ spec }, at, before) => checkVolume(spec, at.key('spec'), before?.spec),
}) {}
