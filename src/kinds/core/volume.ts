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
  hostPath: field(1, HostPathVolumeSource, 'A path of the node itself.'),
  emptyDir: field(2, EmptyDirVolumeSource, 'An empty folder that lives as long as the pod.'),
  gcePersistentDisk: field(3, GCEPersistentDiskVolumeSource, 'A disk at Google.'),
  awsElasticBlockStore: field(4, AWSElasticBlockStoreVolumeSource, 'A disk at Amazon.'),
  gitRepo: field(5, GitRepoVolumeSource, 'A clone of a git repository; no longer served.'),
  secret: field(6, SecretVolumeSource, 'The keys of a secret as files.'),
  nfs: field(7, NFSVolumeSource, 'A folder of an NFS server.'),
  iscsi: field(8, ISCSIVolumeSource, 'A disk of an iSCSI target.'),
  glusterfs: field(9, GlusterfsVolumeSource, 'A Gluster volume; no longer served.'),
  persistentVolumeClaim: field(10, PersistentVolumeClaimVolumeSource, 'The volume of a claim.'),
  rbd: field(11, RBDVolumeSource, 'A Ceph block device; no longer served.'),
  flexVolume: field(12, FlexVolumeSource, 'A volume of a driver installed on the node; deprecated for CSI.'),
  cinder: field(13, CinderVolumeSource, 'A disk at OpenStack.'),
  cephfs: field(14, CephFSVolumeSource, 'A Ceph file system; no longer served.'),
  flocker: field(15, FlockerVolumeSource, 'A Flocker dataset; no longer served.'),
  downwardAPI: field(16, DownwardAPIVolumeSource, 'Fields of the pod as files.'),
  fc: field(17, FCVolumeSource, 'A disk over Fibre Channel.'),
  azureFile: field(18, AzureFileVolumeSource, 'A file share at Azure.'),
  configMap: field(19, ConfigMapVolumeSource, 'The keys of a config map as files.'),
  vsphereVolume: field(20, VsphereVirtualDiskVolumeSource, 'A disk of vSphere.'),
  quobyte: field(21, QuobyteVolumeSource, 'A Quobyte volume; no longer served.'),
  azureDisk: field(22, AzureDiskVolumeSource, 'A disk at Azure.'),
  photonPersistentDisk: field(23, PhotonPersistentDiskVolumeSource, 'A Photon disk; no longer served.'),
  projected: field(26, ProjectedVolumeSource, 'Several sources in one folder.'),
  portworxVolume: field(24, PortworxVolumeSource, 'A Portworx volume.'),
  scaleIO: field(25, ScaleIOVolumeSource, 'A ScaleIO volume; no longer served.'),
  storageos: field(27, StorageOSVolumeSource, 'A StorageOS volume; no longer served.'),
  csi: field(28, CSIVolumeSource, 'A volume that a CSI driver makes for this pod alone.'),
  ephemeral: field(29, EphemeralVolumeSource, 'A claim that is made for the pod and goes with it.'),
  image: field(30, ImageVolumeSource, 'The files of an image or artifact, read-only.'),
}) {}

/** The first one that is set counts; upstream looks at empty directories before all others. */
const SOURCES = [
  'emptyDir',
  ...Object.keys(VolumeSource.fields).filter(name => name !== 'emptyDir'),
] as readonly (keyof typeof VolumeSource.fields)[]

export class Volume extends struct(
  {
    name: field(1, string, 'Name by which containers mount it.', { required: true, check: isVolumeName }),
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
