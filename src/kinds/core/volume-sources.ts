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
  path: field(1, string, 'Path.', { required: true, check: hasNoBacksteps }),
  type: field(2, oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'), 'Type.', {
    explicit: true,
    default: '',
  }),
}) {}

export class EmptyDirVolumeSource extends struct(
  {
    medium: field(1, known('', 'Memory', 'HugePages', 'HugePages-'), 'Medium.'),
    sizeLimit: field(2, quantity, 'Size limit.', { explicit: true }),
  },
  { validate: checkEmptyDir },
) {}

export class NFSVolumeSource extends struct({
  server: field(1, string, 'Server.', { required: true }),
  path: field(2, string, 'Path.', { required: true, check: isAbsolutePath }),
  readOnly: field(3, bool, 'Read only.'),
}) {}

export class SecretVolumeSource extends struct(
  {
    secretName: field(1, string, 'Secret name.', { check: isObjectName }),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
    defaultMode: field(3, int32, 'Default mode.', { explicit: true, default: 0o644, check: isFileMode }),
    optional: field(4, bool, 'Optional.', { explicit: true }),
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
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
    defaultMode: field(3, int32, 'Default mode.', { explicit: true, default: 0o644, check: isFileMode }),
    optional: field(4, bool, 'Optional.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class DownwardAPIVolumeFile extends struct(
  {
    path: field(1, string, 'Path.', { required: true }),
    fieldRef: field(2, ObjectFieldSelector, 'Field ref.'),
    resourceFieldRef: field(3, ResourceFieldSelector, 'Resource field ref.'),
    mode: field(4, int32, 'Mode.', { explicit: true, check: isFileMode }),
  },
  { validate: checkDownwardFile },
) {}

export class DownwardAPIVolumeSource extends struct({
  items: field(1, list(DownwardAPIVolumeFile, { listType: 'atomic' }), 'Items.'),
  defaultMode: field(2, int32, 'Default mode.', { explicit: true, default: 0o644, check: isFileMode }),
}) {}

export class PersistentVolumeClaimVolumeSource extends struct({
  claimName: field(1, string, 'Claim name.', { required: true, check: isObjectName }),
  readOnly: field(2, bool, 'Read only.'),
}) {}

export class CSIVolumeSource extends struct({
  driver: field(1, string, 'Driver.', { required: true, check: isDriverName }),
  readOnly: field(2, bool, 'Read only.', { explicit: true }),
  fsType: field(3, string, 'Fs type.', { explicit: true }),
  volumeAttributes: field(4, map(string), 'Volume attributes.'),
  nodePublishSecretRef: field(5, LocalObjectReference, 'Node publish secret ref.'),
}) {}

export class EphemeralVolumeSource extends struct(
  {
    volumeClaimTemplate: field(1, PersistentVolumeClaimTemplate, 'Volume claim template.'),
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
    reference: field(1, string, 'Reference.', { check: isTrimmed }),
    pullPolicy: field(2, oneOf('Always', 'IfNotPresent', 'Never'), 'Pull policy.'),
  },
  {
    fill: source => {
      source.pullPolicy ||= usualPullPolicy(source.reference)
    },
  },
) {}
