/** Storage behind persistent volumes, where it differs from that of plain volumes. */
import { bool, int32, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './legacy-volume-sources.ts'
import { ObjectReference, SecretReference } from './references.ts'
import { HostPathVolumeSource, NFSVolumeSource } from './volume-sources.ts'

export class AzureFilePersistentVolumeSource extends struct({
  secretName: field(1, string, 'Name of the secret.', { required: true }),
  shareName: field(2, string, 'Name of the share.', { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  secretNamespace: field(4, string, 'Namespace of the secret; that of the claim when absent.', { explicit: true }),
}) {}

export class CephFSPersistentVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Addresses of the monitors of the Ceph cluster.', { required: true }),
  path: field(2, string, 'Folder that is mounted, instead of the root.'),
  user: field(3, string, 'User name at the storage system.'),
  secretFile: field(4, string, "File on the node with the user's key."),
  secretRef: field(5, SecretReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(6, bool, 'Whether the volume can only be read.'),
}) {}

export class CinderPersistentVolumeSource extends struct({
  volumeID: field(1, string, "The volume's identity in the storage system.", { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  secretRef: field(4, SecretReference, 'The secret with the credentials of the storage system.'),
}) {}

export class CSIPersistentVolumeSource extends struct({
  driver: field(1, string, 'Name of the driver that provides the volume.', { required: true }),
  volumeHandle: field(2, string, "The volume's identity with the driver.", { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  fsType: field(4, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  volumeAttributes: field(5, map(string), 'Attributes that the driver is told.'),
  controllerPublishSecretRef: field(6, SecretReference, 'The secret for attaching and detaching.'),
  nodeStageSecretRef: field(7, SecretReference, 'The secret for preparing the volume on a node.'),
  nodePublishSecretRef: field(8, SecretReference, 'The secret for mounting.'),
  controllerExpandSecretRef: field(9, SecretReference, 'The secret for growing the volume.'),
  nodeExpandSecretRef: field(10, SecretReference, 'The secret for growing the file system on a node.'),
}) {}

export class FlexPersistentVolumeSource extends struct({
  driver: field(1, string, 'Name of the driver that provides the volume.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  secretRef: field(3, SecretReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
  options: field(5, map(string), 'Further options that the driver is told.'),
}) {}

export class GlusterfsPersistentVolumeSource extends struct({
  endpoints: field(1, string, 'Name of the endpoints that list the storage servers.', { required: true }),
  path: field(2, string, 'Name of the Gluster volume.', { required: true }),
  readOnly: field(3, bool, 'Whether the volume can only be read.'),
  endpointsNamespace: field(4, string, 'Namespace of the endpoints; that of the claim when absent.', { explicit: true }),
}) {}

export class ISCSIPersistentVolumeSource extends struct({
  targetPortal: field(1, string, 'Address of the target, with a port unless it is the usual one.', { required: true }),
  iqn: field(2, string, "The target's iSCSI qualified name.", { required: true }),
  lun: field(3, int32, 'Number of the logical unit at the target.', { always: true }),
  iscsiInterface: field(4, string, 'Interface of the initiator; `default` is TCP.', { default: 'default' }),
  fsType: field(5, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(6, bool, 'Whether the volume can only be read.'),
  portals: field(7, list(string, { listType: 'atomic' }), 'Further addresses of the same target.'),
  chapAuthDiscovery: field(8, bool, 'Whether discovery authenticates with CHAP.'),
  chapAuthSession: field(11, bool, 'Whether sessions authenticate with CHAP.'),
  secretRef: field(10, SecretReference, 'The secret with the credentials of the storage system.'),
  initiatorName: field(12, string, "Name of the initiator, instead of the node's own.", { explicit: true }),
}) {}

export class LocalVolumeSource extends struct({
  path: field(1, string, 'The path on the node.', { required: true }),
  fsType: field(2, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.', { explicit: true }),
}) {}

export class RBDPersistentVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Addresses of the monitors of the Ceph cluster.', { required: true }),
  image: field(2, string, 'Name of the Rados image.', { required: true }),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  pool: field(4, string, 'The pool in the storage cluster.', { default: 'rbd' }),
  user: field(5, string, 'User name at the storage system.', { default: 'admin' }),
  keyring: field(6, string, 'File on the node with the key of the user.', { default: '/etc/ceph/keyring' }),
  secretRef: field(7, SecretReference, 'The secret with the credentials of the storage system.'),
  readOnly: field(8, bool, 'Whether the volume can only be read.'),
}) {}

export class ScaleIOPersistentVolumeSource extends struct({
  gateway: field(1, string, "Address of the storage system's API gateway.", { required: true }),
  system: field(2, string, 'Name of the storage system.', { required: true }),
  secretRef: field(3, SecretReference, 'The secret with the credentials of the storage system.', { explicit: true, required: true }),
  sslEnabled: field(4, bool, 'Whether the gateway is spoken to over TLS.'),
  protectionDomain: field(5, string, 'The protection domain of the storage.'),
  storagePool: field(6, string, 'The storage pool within the protection domain.'),
  storageMode: field(7, string, 'ThickProvisioned or ThinProvisioned.', { default: 'ThinProvisioned' }),
  volumeName: field(8, string, 'Name of the volume.'),
  fsType: field(9, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.', { default: 'xfs' }),
  readOnly: field(10, bool, 'Whether the volume can only be read.'),
}) {}

export class StorageOSPersistentVolumeSource extends struct({
  volumeName: field(1, string, 'Name of the volume.'),
  volumeNamespace: field(2, string, 'Namespace of the volume within the storage system; that of the pod when absent.'),
  fsType: field(3, string, 'File system of the volume, such as `ext4`; the driver chooses when absent.'),
  readOnly: field(4, bool, 'Whether the volume can only be read.'),
  secretRef: field(5, ObjectReference, 'The secret with the credentials of the storage system.'),
}) {}

export class PersistentVolumeSource extends struct({
  gcePersistentDisk: field(1, GCEPersistentDiskVolumeSource, 'A disk at Google.'),
  awsElasticBlockStore: field(2, AWSElasticBlockStoreVolumeSource, 'A disk at Amazon.'),
  hostPath: field(3, HostPathVolumeSource, 'A path of a node; for tests on a single node.'),
  glusterfs: field(4, GlusterfsPersistentVolumeSource, 'A Gluster volume; no longer served.'),
  nfs: field(5, NFSVolumeSource, 'A folder of an NFS server.'),
  rbd: field(6, RBDPersistentVolumeSource, 'A Ceph block device; no longer served.'),
  iscsi: field(7, ISCSIPersistentVolumeSource, 'A disk of an iSCSI target.'),
  cinder: field(8, CinderPersistentVolumeSource, 'A disk at OpenStack.'),
  cephfs: field(9, CephFSPersistentVolumeSource, 'A Ceph file system; no longer served.'),
  fc: field(10, FCVolumeSource, 'A disk over Fibre Channel.'),
  flocker: field(11, FlockerVolumeSource, 'A Flocker dataset; no longer served.'),
  flexVolume: field(12, FlexPersistentVolumeSource, 'A volume of a driver installed on the node; deprecated for CSI.'),
  azureFile: field(13, AzureFilePersistentVolumeSource, 'A file share at Azure.'),
  vsphereVolume: field(14, VsphereVirtualDiskVolumeSource, 'A disk of vSphere.'),
  quobyte: field(15, QuobyteVolumeSource, 'A Quobyte volume; no longer served.'),
  azureDisk: field(16, AzureDiskVolumeSource, 'A disk at Azure.'),
  photonPersistentDisk: field(17, PhotonPersistentDiskVolumeSource, 'A Photon disk; no longer served.'),
  portworxVolume: field(18, PortworxVolumeSource, 'A Portworx volume.'),
  scaleIO: field(19, ScaleIOPersistentVolumeSource, 'A ScaleIO volume; no longer served.'),
  local: field(20, LocalVolumeSource, 'A disk or folder of one node; needs node affinity.'),
  storageos: field(21, StorageOSPersistentVolumeSource, 'A StorageOS volume; no longer served.'),
  csi: field(22, CSIPersistentVolumeSource, 'A volume of a CSI driver.'),
}) {}
