/** What the scheduler knows of storage: claims, volumes, and what nodes can take of them. */
import type { Mirrors } from '#client/mirrors.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { CSINode, type CSINodeDriver } from '#kinds/storage/csi-node.ts'
import { StorageClass } from '#kinds/storage/storage-class.ts'
import { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'

export interface Storage {
  readonly claim: (namespace: string | undefined, name: string) => PersistentVolumeClaim | undefined
  readonly volume: (name: string) => PersistentVolume | undefined
  readonly storageClass: (name: string) => StorageClass | undefined
  /** The storage drivers on a node. */
  readonly drivers: (node: string) => readonly CSINodeDriver[]
  /** What is attached to a node, or is to be. */
  readonly attachments: (node: string) => readonly VolumeAttachment[]
}

/** Nothing is stored anywhere. */
export const NO_STORAGE: Storage = {
  claim: () => undefined,
  volume: () => undefined,
  storageClass: () => undefined,
  drivers: () => [],
  attachments: () => [],
}

/** Mirrors of all that is said of storage. */
export function storageFrom(mirrors: Mirrors) {
  const claims = mirrors.of(PersistentVolumeClaim)
  const volumes = mirrors.of(PersistentVolume)
  const classes = mirrors.of(StorageClass)
  const csiNodes = mirrors.of(CSINode)
  const attachments = mirrors.of(VolumeAttachment)
  const storage: Storage = {
    claim: (namespace, name) => claims.get({ namespace, name }),
    volume: name => volumes.get({ name }),
    storageClass: name => classes.get({ name }),
    drivers: name => csiNodes.get({ name })?.spec.drivers ?? [],
    attachments: node => attachments.list().filter(({ spec }) => spec.nodeName === node),
  }
  const all = { claims, volumes, classes, csiNodes, attachments }
  return { ...all, storage, ready: Promise.all(Object.values(all).map(mirror => mirror.ready)) }
}
