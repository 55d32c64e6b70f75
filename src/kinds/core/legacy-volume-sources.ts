/** Volume sources of storage systems that clusters serve through CSI today. */
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { LocalObjectReference } from './references.ts'

export class AWSElasticBlockStoreVolumeSource extends struct({
  volumeID: field(1, string, 'Volume id.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  partition: field(3, int32, 'Partition.'),
  readOnly: field(4, bool, 'Read only.'),
}) {}

export class AzureDiskVolumeSource extends struct({
  diskName: field(1, string, 'Disk name.', { required: true }),
  diskURI: field(2, string, 'Disk uri.', { required: true }),
  cachingMode: field(3, oneOf('None', 'ReadOnly', 'ReadWrite'), 'Caching mode.', { explicit: true, default: 'ReadWrite' }),
  fsType: field(4, string, 'Fs type.', { explicit: true, default: 'ext4' }),
  readOnly: field(5, bool, 'Read only.', { explicit: true, default: false }),
  kind: field(6, oneOf('Dedicated', 'Managed', 'Shared'), 'Kind.', { explicit: true, default: 'Shared' }),
}) {}

export class AzureFileVolumeSource extends struct({
  secretName: field(1, string, 'Secret name.', { required: true }),
  shareName: field(2, string, 'Share name.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
}) {}

export class CephFSVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Monitors.', { required: true }),
  path: field(2, string, 'Path.'),
  user: field(3, string, 'User.'),
  secretFile: field(4, string, 'Secret file.'),
  secretRef: field(5, LocalObjectReference, 'Secret ref.'),
  readOnly: field(6, bool, 'Read only.'),
}) {}

export class CinderVolumeSource extends struct({
  volumeID: field(1, string, 'Volume id.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  readOnly: field(3, bool, 'Read only.'),
  secretRef: field(4, LocalObjectReference, 'Secret ref.'),
}) {}

export class FCVolumeSource extends struct({
  targetWWNs: field(1, list(string, { listType: 'atomic' }), 'Target ww ns.'),
  lun: field(2, int32, 'Lun.', { explicit: true }),
  fsType: field(3, string, 'Fs type.'),
  readOnly: field(4, bool, 'Read only.'),
  wwids: field(5, list(string, { listType: 'atomic' }), 'Wwids.'),
}) {}

export class FlexVolumeSource extends struct({
  driver: field(1, string, 'Driver.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  secretRef: field(3, LocalObjectReference, 'Secret ref.'),
  readOnly: field(4, bool, 'Read only.'),
  options: field(5, map(string), 'Options.'),
}) {}

export class FlockerVolumeSource extends struct({
  datasetName: field(1, string, 'Dataset name.'),
  datasetUUID: field(2, string, 'Dataset uuid.'),
}) {}

export class GCEPersistentDiskVolumeSource extends struct({
  pdName: field(1, string, 'Pd name.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  partition: field(3, int32, 'Partition.'),
  readOnly: field(4, bool, 'Read only.'),
}) {}

export class GitRepoVolumeSource extends struct({
  repository: field(1, string, 'Repository.', { required: true }),
  revision: field(2, string, 'Revision.'),
  directory: field(3, string, 'Directory.'),
}) {}

export class GlusterfsVolumeSource extends struct({
  endpoints: field(1, string, 'Endpoints.', { required: true }),
  path: field(2, string, 'Path.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
}) {}

export class ISCSIVolumeSource extends struct({
  targetPortal: field(1, string, 'Target portal.', { required: true }),
  iqn: field(2, string, 'Iqn.', { required: true }),
  lun: field(3, int32, 'Lun.', { always: true }),
  iscsiInterface: field(4, string, 'Iscsi interface.', { default: 'default' }),
  fsType: field(5, string, 'Fs type.'),
  readOnly: field(6, bool, 'Read only.'),
  portals: field(7, list(string, { listType: 'atomic' }), 'Portals.'),
  chapAuthDiscovery: field(8, bool, 'Chap auth discovery.'),
  chapAuthSession: field(11, bool, 'Chap auth session.'),
  secretRef: field(10, LocalObjectReference, 'Secret ref.'),
  initiatorName: field(12, string, 'Initiator name.', { explicit: true }),
}) {}

export class PhotonPersistentDiskVolumeSource extends struct({
  pdID: field(1, string, 'Pd id.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
}) {}

export class PortworxVolumeSource extends struct({
  volumeID: field(1, string, 'Volume id.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  readOnly: field(3, bool, 'Read only.'),
}) {}

export class QuobyteVolumeSource extends struct({
  registry: field(1, string, 'Registry.', { required: true }),
  volume: field(2, string, 'Volume.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
  user: field(4, string, 'User.'),
  group: field(5, string, 'Group.'),
  tenant: field(6, string, 'Tenant.'),
}) {}

export class RBDVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Monitors.', { required: true }),
  image: field(2, string, 'Image.', { required: true }),
  fsType: field(3, string, 'Fs type.'),
  pool: field(4, string, 'Pool.', { default: 'rbd' }),
  user: field(5, string, 'User.', { default: 'admin' }),
  keyring: field(6, string, 'Keyring.', { default: '/etc/ceph/keyring' }),
  secretRef: field(7, LocalObjectReference, 'Secret ref.'),
  readOnly: field(8, bool, 'Read only.'),
}) {}

export class ScaleIOVolumeSource extends struct({
  gateway: field(1, string, 'Gateway.', { required: true }),
  system: field(2, string, 'System.', { required: true }),
  secretRef: field(3, LocalObjectReference, 'Secret ref.', { explicit: true, required: true }),
  sslEnabled: field(4, bool, 'Ssl enabled.'),
  protectionDomain: field(5, string, 'Protection domain.'),
  storagePool: field(6, string, 'Storage pool.'),
  storageMode: field(7, string, 'Storage mode.', { default: 'ThinProvisioned' }),
  volumeName: field(8, string, 'Volume name.'),
  fsType: field(9, string, 'Fs type.', { default: 'xfs' }),
  readOnly: field(10, bool, 'Read only.'),
}) {}

export class StorageOSVolumeSource extends struct({
  volumeName: field(1, string, 'Volume name.'),
  volumeNamespace: field(2, string, 'Volume namespace.'),
  fsType: field(3, string, 'Fs type.'),
  readOnly: field(4, bool, 'Read only.'),
  secretRef: field(5, LocalObjectReference, 'Secret ref.'),
}) {}

export class VsphereVirtualDiskVolumeSource extends struct({
  volumePath: field(1, string, 'Volume path.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  storagePolicyName: field(3, string, 'Storage policy name.'),
  storagePolicyID: field(4, string, 'Storage policy id.'),
}) {}
