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
  secretName: field(1, string, 'Secret name.', { required: true }),
  shareName: field(2, string, 'Share name.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
  secretNamespace: field(4, string, 'Secret namespace.', { explicit: true }),
}) {}

export class CephFSPersistentVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Monitors.', { required: true }),
  path: field(2, string, 'Path.'),
  user: field(3, string, 'User.'),
  secretFile: field(4, string, 'Secret file.'),
  secretRef: field(5, SecretReference, 'Secret ref.'),
  readOnly: field(6, bool, 'Read only.'),
}) {}

export class CinderPersistentVolumeSource extends struct({
  volumeID: field(1, string, 'Volume id.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  readOnly: field(3, bool, 'Read only.'),
  secretRef: field(4, SecretReference, 'Secret ref.'),
}) {}

export class CSIPersistentVolumeSource extends struct({
  driver: field(1, string, 'Driver.', { required: true }),
  volumeHandle: field(2, string, 'Volume handle.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
  fsType: field(4, string, 'Fs type.'),
  volumeAttributes: field(5, map(string), 'Volume attributes.'),
  controllerPublishSecretRef: field(6, SecretReference, 'Controller publish secret ref.'),
  nodeStageSecretRef: field(7, SecretReference, 'Node stage secret ref.'),
  nodePublishSecretRef: field(8, SecretReference, 'Node publish secret ref.'),
  controllerExpandSecretRef: field(9, SecretReference, 'Controller expand secret ref.'),
  nodeExpandSecretRef: field(10, SecretReference, 'Node expand secret ref.'),
}) {}

export class FlexPersistentVolumeSource extends struct({
  driver: field(1, string, 'Driver.', { required: true }),
  fsType: field(2, string, 'Fs type.'),
  secretRef: field(3, SecretReference, 'Secret ref.'),
  readOnly: field(4, bool, 'Read only.'),
  options: field(5, map(string), 'Options.'),
}) {}

export class GlusterfsPersistentVolumeSource extends struct({
  endpoints: field(1, string, 'Endpoints.', { required: true }),
  path: field(2, string, 'Path.', { required: true }),
  readOnly: field(3, bool, 'Read only.'),
  endpointsNamespace: field(4, string, 'Endpoints namespace.', { explicit: true }),
}) {}

export class ISCSIPersistentVolumeSource extends struct({
  targetPortal: field(1, string, 'Target portal.', { required: true }),
  iqn: field(2, string, 'Iqn.', { required: true }),
  lun: field(3, int32, 'Lun.', { always: true }),
  iscsiInterface: field(4, string, 'Iscsi interface.', { default: 'default' }),
  fsType: field(5, string, 'Fs type.'),
  readOnly: field(6, bool, 'Read only.'),
  portals: field(7, list(string, { listType: 'atomic' }), 'Portals.'),
  chapAuthDiscovery: field(8, bool, 'Chap auth discovery.'),
  chapAuthSession: field(11, bool, 'Chap auth session.'),
  secretRef: field(10, SecretReference, 'Secret ref.'),
  initiatorName: field(12, string, 'Initiator name.', { explicit: true }),
}) {}

export class LocalVolumeSource extends struct({
  path: field(1, string, 'Path.', { required: true }),
  fsType: field(2, string, 'Fs type.', { explicit: true }),
}) {}

export class RBDPersistentVolumeSource extends struct({
  monitors: field(1, list(string, { listType: 'atomic' }), 'Monitors.', { required: true }),
  image: field(2, string, 'Image.', { required: true }),
  fsType: field(3, string, 'Fs type.'),
  pool: field(4, string, 'Pool.', { default: 'rbd' }),
  user: field(5, string, 'User.', { default: 'admin' }),
  keyring: field(6, string, 'Keyring.', { default: '/etc/ceph/keyring' }),
  secretRef: field(7, SecretReference, 'Secret ref.'),
  readOnly: field(8, bool, 'Read only.'),
}) {}

export class ScaleIOPersistentVolumeSource extends struct({
  gateway: field(1, string, 'Gateway.', { required: true }),
  system: field(2, string, 'System.', { required: true }),
  secretRef: field(3, SecretReference, 'Secret ref.', { explicit: true, required: true }),
  sslEnabled: field(4, bool, 'Ssl enabled.'),
  protectionDomain: field(5, string, 'Protection domain.'),
  storagePool: field(6, string, 'Storage pool.'),
  storageMode: field(7, string, 'Storage mode.', { default: 'ThinProvisioned' }),
  volumeName: field(8, string, 'Volume name.'),
  fsType: field(9, string, 'Fs type.', { default: 'xfs' }),
  readOnly: field(10, bool, 'Read only.'),
}) {}

export class StorageOSPersistentVolumeSource extends struct({
  volumeName: field(1, string, 'Volume name.'),
  volumeNamespace: field(2, string, 'Volume namespace.'),
  fsType: field(3, string, 'Fs type.'),
  readOnly: field(4, bool, 'Read only.'),
  secretRef: field(5, ObjectReference, 'Secret ref.'),
}) {}

export class PersistentVolumeSource extends struct({
  gcePersistentDisk: field(1, GCEPersistentDiskVolumeSource, 'Gce persistent disk.'),
  awsElasticBlockStore: field(2, AWSElasticBlockStoreVolumeSource, 'Aws elastic block store.'),
  hostPath: field(3, HostPathVolumeSource, 'Host path.'),
  glusterfs: field(4, GlusterfsPersistentVolumeSource, 'Glusterfs.'),
  nfs: field(5, NFSVolumeSource, 'Nfs.'),
  rbd: field(6, RBDPersistentVolumeSource, 'Rbd.'),
  iscsi: field(7, ISCSIPersistentVolumeSource, 'Iscsi.'),
  cinder: field(8, CinderPersistentVolumeSource, 'Cinder.'),
  cephfs: field(9, CephFSPersistentVolumeSource, 'Cephfs.'),
  fc: field(10, FCVolumeSource, 'Fc.'),
  flocker: field(11, FlockerVolumeSource, 'Flocker.'),
  flexVolume: field(12, FlexPersistentVolumeSource, 'Flex volume.'),
  azureFile: field(13, AzureFilePersistentVolumeSource, 'Azure file.'),
  vsphereVolume: field(14, VsphereVirtualDiskVolumeSource, 'Vsphere volume.'),
  quobyte: field(15, QuobyteVolumeSource, 'Quobyte.'),
  azureDisk: field(16, AzureDiskVolumeSource, 'Azure disk.'),
  photonPersistentDisk: field(17, PhotonPersistentDiskVolumeSource, 'Photon persistent disk.'),
  portworxVolume: field(18, PortworxVolumeSource, 'Portworx volume.'),
  scaleIO: field(19, ScaleIOPersistentVolumeSource, 'Scale io.'),
  local: field(20, LocalVolumeSource, 'Local.'),
  storageos: field(21, StorageOSPersistentVolumeSource, 'Storageos.'),
  csi: field(22, CSIPersistentVolumeSource, 'Csi.'),
}) {}
