/** Volumes of a pod. */

import { string } from '#schema/scalars.ts'
import { field, inline } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './legacy-volume-sources.ts'
import { ProjectedVolumeSource } from './projected-volume.ts'
import { isVolumeName } from './volume-rules.ts'
import {
  ConfigMapVolumeSource,
  CSIVolumeSource,
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  NFSVolumeSource,
  PersistentVolumeClaimVolumeSource,
  SecretVolumeSource,
} from './volume-sources.ts'

export class VolumeSource extends struct({
  hostPath: field(1, HostPathVolumeSource, 'Host path.'),
  emptyDir: field(2, EmptyDirVolumeSource, 'Empty dir.'),
  gcePersistentDisk: field(3, GCEPersistentDiskVolumeSource, 'Gce persistent disk.'),
  awsElasticBlockStore: field(4, AWSElasticBlockStoreVolumeSource, 'Aws elastic block store.'),
  gitRepo: field(5, GitRepoVolumeSource, 'Git repo.'),
  secret: field(6, SecretVolumeSource, 'Secret.'),
  nfs: field(7, NFSVolumeSource, 'Nfs.'),
  iscsi: field(8, ISCSIVolumeSource, 'Iscsi.'),
  glusterfs: field(9, GlusterfsVolumeSource, 'Glusterfs.'),
  persistentVolumeClaim: field(10, PersistentVolumeClaimVolumeSource, 'Persistent volume claim.'),
  rbd: field(11, RBDVolumeSource, 'Rbd.'),
  flexVolume: field(12, FlexVolumeSource, 'Flex volume.'),
  cinder: field(13, CinderVolumeSource, 'Cinder.'),
  cephfs: field(14, CephFSVolumeSource, 'Cephfs.'),
  flocker: field(15, FlockerVolumeSource, 'Flocker.'),
  downwardAPI: field(16, DownwardAPIVolumeSource, 'Downward api.'),
  fc: field(17, FCVolumeSource, 'Fc.'),
  azureFile: field(18, AzureFileVolumeSource, 'Azure file.'),
  configMap: field(19, ConfigMapVolumeSource, 'Config map.'),
  vsphereVolume: field(20, VsphereVirtualDiskVolumeSource, 'Vsphere volume.'),
  quobyte: field(21, QuobyteVolumeSource, 'Quobyte.'),
  azureDisk: field(22, AzureDiskVolumeSource, 'Azure disk.'),
  photonPersistentDisk: field(23, PhotonPersistentDiskVolumeSource, 'Photon persistent disk.'),
  projected: field(26, ProjectedVolumeSource, 'Projected.'),
  portworxVolume: field(24, PortworxVolumeSource, 'Portworx volume.'),
  scaleIO: field(25, ScaleIOVolumeSource, 'Scale io.'),
  storageos: field(27, StorageOSVolumeSource, 'Storageos.'),
  csi: field(28, CSIVolumeSource, 'Csi.'),
  ephemeral: field(29, EphemeralVolumeSource, 'Ephemeral.'),
  image: field(30, ImageVolumeSource, 'Image.'),
}) {}

/** The first one that is set counts; upstream looks at empty directories before all others. */
const SOURCES = [
  'emptyDir',
  ...Object.keys(VolumeSource.fields).filter(name => name !== 'emptyDir'),
] as readonly (keyof typeof VolumeSource.fields)[]

export class Volume extends struct(
  {
    name: field(1, string, 'Name.', { required: true, check: isVolumeName }),
    ...inline(2, VolumeSource),
  },
  {
    // A volume of which nothing is said is an empty directory.
    fill: volume => {
      if (SOURCES.every(name => volume[name] === undefined)) volume.emptyDir = {}
    },
    oneOf: { members: SOURCES, required: true, noun: 'volume type' },
  },
) {}
