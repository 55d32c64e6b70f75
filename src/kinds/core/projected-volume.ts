/** Projected volumes: several sources in one directory. */

import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { bool, int32, int64, string } from '#schema/scalars.ts'
import { field, inline, list, map } from '#schema/vocabulary.ts'
import { checkReference } from './environment-rules.ts'
import { struct } from './group.ts'
import { KeyToPath, LocalObjectReference } from './references.ts'
import { checkProjections, checkToken, checkTrustBundle, isFileMode } from './volume-rules.ts'
import { DownwardAPIVolumeFile } from './volume-sources.ts'

export class SecretProjection extends struct(
  {
    ...inline(1, LocalObjectReference),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
    optional: field(4, bool, 'Optional.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class ConfigMapProjection extends struct(
  {
    ...inline(1, LocalObjectReference),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Items.'),
    optional: field(4, bool, 'Optional.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class DownwardAPIProjection extends struct({
  items: field(1, list(DownwardAPIVolumeFile, { listType: 'atomic' }), 'Items.'),
}) {}

export class ServiceAccountTokenProjection extends struct(
  {
    audience: field(1, string, 'Audience.'),
    expirationSeconds: field(2, int64, 'Expiration seconds.', { explicit: true, default: 3600 }),
    path: field(3, string, 'Path.', { required: true }),
  },
  { validate: checkToken },
) {}

export class ClusterTrustBundleProjection extends struct(
  {
    name: field(1, string, 'Name.', { explicit: true }),
    signerName: field(2, string, 'Signer name.', { explicit: true }),
    labelSelector: field(3, LabelSelector, 'Label selector.'),
    optional: field(5, bool, 'Optional.', { explicit: true }),
    path: field(4, string, 'Path.', { required: true }),
  },
  { validate: checkTrustBundle },
) {}

export class PodCertificateProjection extends struct({
  signerName: field(1, string, 'Signer name.', { required: true }),
  keyType: field(2, string, 'Key type.', { required: true }),
  maxExpirationSeconds: field(3, int32, 'Max expiration seconds.', { explicit: true }),
  credentialBundlePath: field(4, string, 'Credential bundle path.'),
  keyPath: field(5, string, 'Key path.'),
  certificateChainPath: field(6, string, 'Certificate chain path.'),
  userAnnotations: field(7, map(string), 'User annotations.'),
}) {}

export class VolumeProjection extends struct(
  {
    secret: field(1, SecretProjection, 'Secret.'),
    downwardAPI: field(2, DownwardAPIProjection, 'Downward api.'),
    configMap: field(3, ConfigMapProjection, 'Config map.'),
    serviceAccountToken: field(4, ServiceAccountTokenProjection, 'Service account token.'),
    clusterTrustBundle: field(5, ClusterTrustBundleProjection, 'Cluster trust bundle.'),
    podCertificate: field(6, PodCertificateProjection, 'Pod certificate.'),
  },
  {
    oneOf: {
      members: ['secret', 'downwardAPI', 'configMap', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'],
      required: true,
      noun: 'volume type',
    },
  },
) {}

export class ProjectedVolumeSource extends struct(
  {
    sources: field(1, list(VolumeProjection, { listType: 'atomic' }), 'Sources.', { written: true }),
    defaultMode: field(2, int32, 'Default mode.', { explicit: true, default: 0o644, check: isFileMode }),
  },
  { validate: ({ sources }, at) => checkProjections(sources as never, at.key('sources')) },
) {}
