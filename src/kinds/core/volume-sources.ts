/** Where the contents of a volume come from. */

import { bool, int32, known, oneOf, quantity, string } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { checkReference } from './environment-rules.ts'
import { struct } from './group.ts'
import { checkClaimSpec } from './persistent-volume-claim/rules.ts'
import { PersistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts'
import { usualPullPolicy } from './pod/image-name.ts'
import { KeyToPath, LocalObjectReference, ObjectFieldSelector, ResourceFieldSelector } from './references.ts'
import { checkDownwardFile, checkEmptyDir, hasNoBacksteps, isAbsolutePath, isDriverName, isFileMode, isObjectName } from './volume-rules.ts'

const isTrimmed = (text: string) => (text.trim() === text ? undefined : 'must not have leading or trailing whitespace')

export class HostPathVolumeSource extends struct({
  path: field(1, string, 'The path on the node.', { required: true, check: hasNoBacksteps }),
  type: field(
    2,
    oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'),
    'What must be found there, or is to be made; unchecked when empty.',
    {
      explicit: true,
      default: '',
    },
  ),
}) {}

export class EmptyDirVolumeSource extends struct(
  {
    medium: field(1, known('', 'Memory', 'HugePages', 'HugePages-'), "Memory for a file system in memory; the node's disk when empty."),
    sizeLimit: field(2, quantity, 'How much may be stored there before the pod is evicted.', { explicit: true }),
  },
  { validate: checkEmptyDir },
) {}

export class NFSVolumeSource extends struct({
  server: field(1, string, 'Address of the server.', { required: true }),
  path: field(2, string, 'The path that the server exports.', { required: true, check: isAbsolutePath }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
}) {}

export class SecretVolumeSource extends struct(
  {
    secretName: field(1, string, 'Name of the secret.', { check: isObjectName }),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Which keys become which files; all keys under their own names when absent.'),
    defaultMode: field(3, int32, 'Permission bits of files for which nothing else is said, 0644 unless given.', {
      explicit: true,
      default: 0o644,
      check: isFileMode,
    }),
    optional: field(4, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  {
    validate: ({ secretName }, at) => {
      if (!secretName) at.key('secretName').required()
    },
  },
) {}

export class ConfigMapVolumeSource extends struct(
  {
    ...inline(1, LocalObjectReference),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Which keys become which files; all keys under their own names when absent.'),
    defaultMode: field(3, int32, 'Permission bits of files for which nothing else is said, 0644 unless given.', {
      explicit: true,
      default: 0o644,
      check: isFileMode,
    }),
    optional: field(4, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class DownwardAPIVolumeFile extends struct(
  {
    path: field(1, string, 'Path of the file within the volume.', { required: true }),
    fieldRef: field(2, ObjectFieldSelector, 'The field of the pod that the file holds.'),
    resourceFieldRef: field(3, ResourceFieldSelector, 'The resource of a container that the file holds.'),
    mode: field(4, int32, "Permission bits of this file; the volume's default mode when absent.", { explicit: true, check: isFileMode }),
  },
  { validate: checkDownwardFile },
) {}

export class DownwardAPIVolumeSource extends struct({
  items: field(1, list(DownwardAPIVolumeFile, { listType: 'atomic' }), 'The files of the volume.'),
  defaultMode: field(2, int32, 'Permission bits of files for which nothing else is said, 0644 unless given.', {
    explicit: true,
    default: 0o644,
    check: isFileMode,
  }),
}) {}

export class PersistentVolumeClaimVolumeSource extends struct({
  claimName: field(1, string, 'The claim of the namespace whose volume is mounted.', { required: true, check: isObjectName }),
  readOnly: field(2, bool, 'Whether the volume can only be read.'),
}) {}

export class CSIVolumeSource extends struct({
  driver: field(1, string, 'Name of the driver that provides the volume.', { required: true, check: isDriverName }),
  readOnly: field(2, bool, 'Whether the volume can only be read.', { explicit: true }),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.', { explicit: true }),
  volumeAttributes: field(4, map(string), 'Attributes that the driver is told.'),
  nodePublishSecretRef: field(5, LocalObjectReference, 'The secret that the driver is given when it mounts the volume.'),
}) {}

export class EphemeralVolumeSource extends struct(
  {
    volumeClaimTemplate: field(1, PersistentVolumeClaimTemplate, 'The claim that is made for the pod and goes with it.'),
  },
  {
    validate: ({ volumeClaimTemplate }, at) => {
      const here = at.key('volumeClaimTemplate')
      if (!volumeClaimTemplate) here.required()
      else checkClaimSpec(volumeClaimTemplate.spec, here.key('spec'))
    },
  },
) {}

export class ImageVolumeSource extends struct(
  {
    reference: field(1, string, 'The image or artifact whose files are mounted.', { check: isTrimmed }),
    pullPolicy: field(2, oneOf('Always', 'IfNotPresent', 'Never'), 'When the image is pulled.'),
  },
  {
    fill: source => {
      source.pullPolicy ||= usualPullPolicy(source.reference)
    },
  },
) {}
