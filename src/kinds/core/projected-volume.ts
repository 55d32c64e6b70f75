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
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Which keys become which files; all keys under their own names when absent.'),
    optional: field(4, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class ConfigMapProjection extends struct(
  {
    ...inline(1, LocalObjectReference),
    items: field(2, list(KeyToPath, { listType: 'atomic' }), 'Which keys become which files; all keys under their own names when absent.'),
    optional: field(4, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
  },
  { validate: ({ name }, at) => checkReference(name, at.key('name')) },
) {}

export class DownwardAPIProjection extends struct({
  items: field(1, list(DownwardAPIVolumeFile, { listType: 'atomic' }), 'The files.'),
}) {}

export class ServiceAccountTokenProjection extends struct(
  {
    audience: field(1, string, 'For whom the token is meant; the API server unless given.'),
    expirationSeconds: field(2, int64, 'Wanted life of the token in seconds; the kubelet renews it in time.', {
      explicit: true,
      default: 3600,
    }),
    path: field(3, string, 'Path of the file with the token.', { required: true }),
  },
  { validate: checkToken },
) {}

export class ClusterTrustBundleProjection extends struct(
  {
    name: field(1, string, 'One bundle by name.', { explicit: true }),
    signerName: field(2, string, 'The signer whose certificates are meant.', { explicit: true }),
    labelSelector: field(3, LabelSelector, "Which of the signer's bundles, by label."),
    optional: field(5, bool, 'Whether the thing referred to may be missing.', { explicit: true }),
    path: field(4, string, 'Path of the file with the certificates.', { required: true }),
  },
  { validate: checkTrustBundle },
) {}

export class PodCertificateProjection extends struct({
  signerName: field(1, string, 'The signer whose certificates are meant.', { required: true }),
  keyType: field(2, string, 'Kind of the key that is made, such as ED25519.', { required: true }),
  maxExpirationSeconds: field(3, int32, 'Longest life of the certificate in seconds.', { explicit: true }),
  credentialBundlePath: field(4, string, 'Path of the file with key and certificates in one.'),
  keyPath: field(5, string, 'Path of the file with the key.'),
  certificateChainPath: field(6, string, 'Path of the file with the certificates.'),
  userAnnotations: field(7, map(string), 'Further information for the signer.'),
}) {}

export class VolumeProjection extends struct(
  {
    secret: field(1, SecretProjection, 'Keys of a secret.'),
    downwardAPI: field(2, DownwardAPIProjection, 'Fields of the pod.'),
    configMap: field(3, ConfigMapProjection, 'Keys of a config map.'),
    serviceAccountToken: field(4, ServiceAccountTokenProjection, "A token of the pod's service account."),
    clusterTrustBundle: field(5, ClusterTrustBundleProjection, 'Certificates of a signer.'),
    podCertificate: field(6, PodCertificateProjection, "A key of the pod's own with a certificate for it."),
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
    sources: field(1, list(VolumeProjection, { listType: 'atomic' }), 'What comes together in the volume.', { written: true }),
    defaultMode: field(2, int32, 'Permission bits of files for which nothing else is said, 0644 unless given.', {
      explicit: true,
      default: 0o644,
      check: isFileMode,
    }),
  },
  { validate: ({ sources }, at) => checkProjections(sources as never, at.key('sources')) },
) {}
