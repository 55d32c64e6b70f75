/** VolumeAttachment: a volume that is to be attached to a node. */
import { age } from '#kinds/columns.ts'
import { PersistentVolumeSpec } from '#kinds/core/persistent-volume-spec.ts'
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { bool, int32, string, time } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class VolumeAttachmentSource extends struct(
  {
    persistentVolumeName: field(1, string, 'The volume, by name.', { explicit: true }),
    inlineVolumeSpec: field(2, PersistentVolumeSpec, 'The volume, described here.'),
  },
  {
    validate: ({ persistentVolumeName, inlineVolumeSpec }, at) => {
      const words = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
      if (persistentVolumeName === undefined && !inlineVolumeSpec) at.required(words)
      if (persistentVolumeName !== undefined && inlineVolumeSpec) at.forbidden(words)
    },
  },
) {}

export class VolumeAttachmentSpec extends struct({
  attacher: field(1, string, 'The driver that attaches it.', { required: true, check: driver => isDns1123Subdomain(driver.toLowerCase()) }),
  source: field(2, VolumeAttachmentSource, 'What is attached.', { always: true }),
  nodeName: field(3, string, 'The node to which it is attached.', { required: true }),
}) {}

export class VolumeError extends struct({
  time: field(1, time, 'When it failed.'),
  message: field(2, string, 'What failed.'),
  errorCode: field(3, int32, 'The gRPC code of the failure.', { explicit: true }),
}) {}

export class VolumeAttachmentStatus extends struct({
  attached: field(1, bool, 'Whether the volume is attached.', { always: true }),
  attachmentMetadata: field(2, map(string), 'What the driver must know to mount it.'),
  attachError: field(3, VolumeError, 'Why attaching failed.'),
  detachError: field(4, VolumeError, 'Why detaching failed.'),
}) {}

export class VolumeAttachment extends kind({
  plural: 'volumeattachments',
  scope: 'Cluster',
  fields: {
    spec: field(2, VolumeAttachmentSpec, 'What is wanted.', { always: true, immutable: true }),
    status: field(3, VolumeAttachmentStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  columns: {
    Attacher: ({ spec }) => spec.attacher,
    PV: ({ spec }) => spec.source.persistentVolumeName ?? '',
    Node: ({ spec }) => spec.nodeName,
    Attached: { type: 'boolean', cell: ({ status }) => status.attached },
    Age: age,
  },
}) {}
