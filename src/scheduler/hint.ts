/** What a hint is: whether a change of the cluster may let a pod in that a plugin has held up. */
import type { Node } from '#kinds/core/node.ts'
import type { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { DeviceClass } from '#kinds/resource/device-class.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import type { CSINode } from '#kinds/storage/csi-node.ts'
import type { StorageClass } from '#kinds/storage/storage-class.ts'
import type { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'
import type { Snapshot } from './snapshot.ts'

/** What may change; pods only where they are on a node. */
export interface Watched {
  readonly Node: Node
  readonly Pod: Pod
  readonly PersistentVolumeClaim: PersistentVolumeClaim
  readonly PersistentVolume: PersistentVolume
  readonly StorageClass: StorageClass
  readonly CSINode: CSINode
  readonly VolumeAttachment: VolumeAttachment
  readonly ResourceClaim: ResourceClaim
  readonly DeviceClass: DeviceClass
  readonly ResourceSlice: ResourceSlice
}
/** Something as it was and as it is; without `before` it has come, without `after` it is gone. */
export interface Change<T> {
  readonly before?: T | undefined
  readonly after?: T | undefined
}
export type Cause = { readonly [K in keyof Watched]: { readonly kind: K } & Change<Watched[K]> }[keyof Watched]
export type Sight = Pick<Snapshot, 'namespaceLabels' | 'devices'>
export type Hint<T> = (pod: Pod, change: Change<T>, sight: Sight) => boolean
/** A kind without a word cannot help. */
export type Hints = { readonly [K in keyof Watched]?: Hint<Watched[K]> }

/** What did not hold before and holds now. */
export const comesTrue =
  <T>(holds: (pod: Pod, object: T) => boolean): Hint<T> =>
  (pod, { before, after }) =>
    after !== undefined && holds(pod, after) && !(before !== undefined && holds(pod, before))
export const comes: Hint<unknown> = (_, { before }) => before === undefined
export const stays: Hint<unknown> = (_, { after }) => after !== undefined
