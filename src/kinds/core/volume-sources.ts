/** Where the contents of a volume come from. */

import { bool, int32, known, oneOf, quantity, string } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { PersistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts'
import { usualPullPolicy } from './pod/image-name.ts'
import { KeyToPath, LocalObjectReference, ObjectFieldSelector, ResourceFieldSelector } from './references.ts'

export class HostPathVolumeSource extends struct({
  path: field(1, string, 'Path.', { required: true }),
  type: field(2, oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'), 'Type.', {
    explicit: true,
    default: '',
  }),
}) {}

export class EmptyDirVolumeSource extends struct({
  medium: field(1, known('', 'Memory', 'HugePages', 'HugePages-'), 'Medium.'),
  sizeLimit: field(2, quantity, 'Size limit.', { explicit: true }),
}) {}

export class NFSVolumeSource extends struct({
  server: field(1, string, 'Server.', { required: true }),
  path: field(2, string, 'Path.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
}) {}

export class SecretVolumeSource extends struct({
  secretName: field(1, string, 'Secret name.'),
  items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
  defaultMode: field(3, int32, 'Default mode.', { explicit: true, default: 0o644 }),
  optional: field(4, bool, 'Optional.', { explicit: true }),
}) {}

export class ConfigMapVolumeSource extends struct({
  ...inline(1, LocalObjectReference),
  items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
  defaultMode: field(3, int32, 'Default mode.', { explicit: true, default: 0o644 }),
  optional: field(4, bool, 'Optional.', { explicit: true }),
}) {}

export class DownwardAPIVolumeFile extends struct({
  path: field(1, string, 'Path.', { required: true }),
  fieldRef: field(2, ObjectFieldSelector, 'Field ref.'),
  resourceFieldRef: field(3, ResourceFieldSelector, 'Resource field ref.'),
  mode: field(4, int32, 'Mode.', { explicit: true }),
}) {}

export class DownwardAPIVolumeSource extends struct({
  items: field(1, list(DownwardAPIVolumeFile, { listType: 'atomic' }), 'Items.'),
  defaultMode: field(2, int32, 'Default mode.', { explicit: true, default: 0o644 }),
}) {}

export class PersistentVolumeClaimVolumeSource extends struct({
  claimName: field(1, string, 'Claim name.', { required: true }),
  readOnly: field(2, bool, 'Read only.'),
}) {}

export class CSIVolumeSource extends struct({
  driver: field(1, string, 'Driver.', { required: true }),
  readOnly: field(2, bool, 'Read only.', { explicit: true }),
  fsType: field(3, string, 'Fs type.', { explicit: true }),
  volumeAttributes: field(4, map(string), 'Volume attributes.'),
  nodePublishSecretRef: field(5, LocalObjectReference, 'Node publish secret ref.'),
}) {}

export class EphemeralVolumeSource extends struct({
  volumeClaimTemplate: field(1, PersistentVolumeClaimTemplate, 'Volume claim template.'),
}) {}

export class ImageVolumeSource extends struct(
  {
    reference: field(1, string, 'Reference.'),
    pullPolicy: field(2, oneOf('Always', 'IfNotPresent', 'Never'), 'Pull policy.'),
  },
  {
    fill: source => {
      source.pullPolicy ||= usualPullPolicy(source.reference)
    },
  },
) {}
