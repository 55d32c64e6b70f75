/** Volume sources of storage systems that clusters serve through CSI today. */
import { bool, int32, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { LocalObjectReference } from './references.ts'

export class AWSElasticBlockStoreVolumeSource extends struct({
  volumeID: field(1, string, 'Identity of the disk at Amazon.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  partition: field(3, int32, 'Which partition of the disk; the whole disk when absent.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
}) {}

export class AzureDiskVolumeSource extends struct({
  diskName: field(1, string, 'Name of the disk in the blob storage.', { required: true }),
  diskURI: field(2, string, 'Address of the disk in the blob storage.', { required: true }),
  cachingMode: field(3, oneOf('None', 'ReadOnly', 'ReadWrite'), 'How the host caches the disk.', { explicit: true, default: 'ReadWrite' }),
  fsType: field(4, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.', {
    explicit: true,
    default: 'ext4',
  }),
  readOnly: field(5, bool, 'Whether the volume can only be read.', { explicit: true, default: false }),
  kind: field(6, oneOf('Dedicated', 'Managed', 'Shared'), 'Whether blob disks share a storage account, have their own, or are managed.', {
    explicit: true,
    default: 'Shared',
  }),
}) {}

export class AzureFileVolumeSource extends struct({
  secretName: field(1, string, 'Name of the secret.', { required: true }),
  shareName: field(2, string, 'Name of the share.', { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
}) {}

export class CephFSVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Addresses of the monitors of the Ceph cluster.', { required: true }),
  path: field(2, string, 'Folder that is mounted, instead of the root.'),
  user: field(3, string, 'User name at the storage system.'),
  secretFile: field(4, string, "File on the node with the user's key."),
  secretRef: field(5, LocalObjectReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(6, bool, 'Whether the volume can only be read.'),
}) {}

export class CinderVolumeSource extends struct({
  volumeID: field(1, string, "The volume's identity in the storage system.", { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  secretRef: field(4, LocalObjectReference, 'The secret with the credentials of the storage system.'),
}) {}

export class FCVolumeSource extends struct({
  targetWWNs: field(1, list(string, { listType: 'atomic' }), 'World wide names of the targets.'),
  lun: field(2, int32, 'Number of the logical unit at the target.', { explicit: true }),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
  wwids: field(5, list(string, { listType: 'atomic' }), 'World wide identifiers of the volume, instead of target and number.'),
}) {}

export class FlexVolumeSource extends struct({
  driver: field(1, string, 'Name of the driver that provides the volume.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  secretRef: field(3, LocalObjectReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
  options: field(5, map(string), 'Further options that the driver is told.'),
}) {}

export class FlockerVolumeSource extends struct({
  datasetName: field(1, string, 'Name of the dataset.'),
  datasetUUID: field(2, string, 'Identity of the dataset.'),
}) {}

export class GCEPersistentDiskVolumeSource extends struct({
  pdName: field(1, string, 'Name of the disk at Google.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  partition: field(3, int32, 'Which partition of the disk; the whole disk when absent.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
}) {}

export class GitRepoVolumeSource extends struct({
  repository: field(1, string, 'Address of the repository.', { required: true }),
  revision: field(2, string, 'The commit that is checked out.'),
  directory: field(3, string, 'Folder in the volume into which it is cloned.'),
}) {}

export class GlusterfsVolumeSource extends struct({
  endpoints: field(1, string, 'Name of the endpoints that list the storage servers.', { required: true }),
  path: field(2, string, 'Name of the Gluster volume.', { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
}) {}

export class ISCSIVolumeSource extends struct({
  targetPortal: field(1, string, 'Address of the target, with a port unless it is the usual one.', { required: true }),
  iqn: field(2, string, "The target's iSCSI qualified name.", { required: true }),
  lun: field(3, int32, 'Number of the logical unit at the target.', { always: true }),
  iscsiInterface: field(4, string, 'Interface of the initiator; `default` is TCP.', { default: 'default' }),
  fsType: field(5, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(6, bool, 'Whether the volume can only be read.'),
  portals: field(7, list(string, { listType: 'atomic' }), 'Further addresses of the same target.'),
  chapAuthDiscovery: field(8, bool, 'Whether discovery authenticates with CHAP.'),
  chapAuthSession: field(11, bool, 'Whether sessions authenticate with CHAP.'),
  secretRef: field(10, LocalObjectReference, 'The secret with the credentials of the storage system.'),
  initiatorName: field(12, string, "Name of the initiator, instead of the node's own.", { explicit: true }),
}) {}

export class PhotonPersistentDiskVolumeSource extends struct({
  pdID: field(1, string, 'Identity of the disk.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
}) {}

export class PortworxVolumeSource extends struct({
  volumeID: field(1, string, "The volume's identity in the storage system.", { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
}) {}

export class QuobyteVolumeSource extends struct({
  registry: field(1, string, 'Addresses of the registries.', { required: true }),
  volume: field(2, string, 'Name of the volume.', { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  user: field(4, string, 'User name at the storage system.'),
  group: field(5, string, 'Group that the mount is mapped to.'),
  tenant: field(6, string, 'The tenant that owns the volume.'),
}) {}

export class RBDVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Addresses of the monitors of the Ceph cluster.', { required: true }),
  image: field(2, string, 'Name of the Rados image.', { required: true }),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  pool: field(4, string, 'The pool in the storage cluster.', { default: 'rbd' }),
  user: field(5, string, 'User name at the storage system.', { default: 'admin' }),
  keyring: field(6, string, 'File on the node with the key of the user.', { default: '/etc/ceph/keyring' }),
  secretRef: field(7, LocalObjectReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(8, bool, 'Whether the volume can only be read.'),
}) {}

export class ScaleIOVolumeSource extends struct({
  gateway: field(1, string, "Address of the storage system's API gateway.", { required: true }),
  system: field(2, string, 'Name of the storage system.', { required: true }),
  secretRef: field(3, LocalObjectReference, 'The secret with the credentials of the storage system.', { explicit: true, required: true }),
  sslEnabled: field(4, bool, 'Whether the gateway is spoken to over TLS.'),
  protectionDomain: field(5, string, 'The protection domain of the storage.'),
  storagePool: field(6, string, 'The storage pool within the protection domain.'),
  storageMode: field(7, string, 'ThickProvisioned or ThinProvisioned.', { default: 'ThinProvisioned' }),
  volumeName: field(8, string, 'Name of the volume.'),
  fsType: field(9, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.', { default: 'xfs' }),
  readOnly: field(10, bool, 'Whether the volume can only be read.'),
}) {}

export class StorageOSVolumeSource extends struct({
  volumeName: field(1, string, 'Name of the volume.'),
  volumeNamespace: field(2, string, 'Namespace of the volume within the storage system; that of the pod when absent.'),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
  secretRef: field(5, LocalObjectReference, 'The secret with the credentials of the storage system.'),
}) {}

export class VsphereVirtualDiskVolumeSource extends struct({
  volumePath: field(1, string, 'Path of the disk in the data store.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  storagePolicyName: field(3, string, 'Name of the storage policy.'),
  storagePolicyID: field(4, string, 'Identity of the storage policy.'),
}) {}
