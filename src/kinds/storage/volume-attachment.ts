/** VolumeAttachment: ?file storage/volume-attachment. */
import { PersistentVolumeSpec } from '#kinds/core/persistent-volume.ts'
import { bool, int32, string, time } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class VolumeAttachmentSource extends struct({
  persistentVolumeName: field(1, string, '?VolumeAttachmentSource.persistentVolumeName', { explicit: true }),
  inlineVolumeSpec: field(2, PersistentVolumeSpec, '?VolumeAttachmentSource.inlineVolumeSpec'),
}) {}

export class VolumeAttachmentSpec extends struct({
  attacher: field(1, string, '?VolumeAttachmentSpec.attacher', { required: true }),
  source: field(2, VolumeAttachmentSource, '?VolumeAttachmentSpec.source', { always: true }),
  nodeName: field(3, string, '?VolumeAttachmentSpec.nodeName', { required: true }),
}) {}

export class VolumeError extends struct({
  time: field(1, time, '?VolumeError.time'),
  message: field(2, string, '?VolumeError.message'),
  errorCode: field(3, int32, '?VolumeError.errorCode', { explicit: true }),
}) {}

export class VolumeAttachmentStatus extends struct({
  attached: field(1, bool, '?VolumeAttachmentStatus.attached', { always: true }),
  attachmentMetadata: field(2, map(string), '?VolumeAttachmentStatus.attachmentMetadata'),
  attachError: field(3, VolumeError, '?VolumeAttachmentStatus.attachError'),
  detachError: field(4, VolumeError, '?VolumeAttachmentStatus.detachError'),
}) {}

export class VolumeAttachment extends kind({
  plural: 'volumeattachments',
  scope: 'Cluster',
  fields: {
    spec: field(2, VolumeAttachmentSpec, '?VolumeAttachment.spec', { always: true }),
    status: field(3, VolumeAttachmentStatus, '?VolumeAttachment.status', { written: true }),
  },
  subresources: { status: true },
}) {}
