/** Which changes of storage, and of who uses it, may let a pod in. */
import type { Node } from '#kinds/core/node.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { claimsOf, namesClaim } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { CSINode } from '#kinds/storage/csi-node.ts'
import { isEqual } from '#schema/json-value.ts'
import { type Change, comes, goes, type Hint, type Hints, stays } from './hint.ts'
import { sharesDisk } from './plugins/volume-restrictions.ts'

const isOwnClaim = (pod: Pod, claim: PersistentVolumeClaim | undefined) =>
  claim !== undefined && claim.metadata.namespace === pod.metadata.namespace && namesClaim(pod, claim.metadata.name as string)
const ownClaimChanges: Hint<PersistentVolumeClaim> = (pod, { after }) => isOwnClaim(pod, after)
const ownClaimComes: Hint<PersistentVolumeClaim> = (pod, { before, after }) => before === undefined && isOwnClaim(pod, after)
const labelsChange: Hint<Node> = (_, { before, after }) =>
  after !== undefined && !isEqual(before?.metadata.labels ?? {}, after.metadata.labels ?? {})
const allows = ({ spec }: CSINode, driver: string) => spec.drivers.find(({ name }) => name === driver)?.allocatable?.count ?? 0
const allowsMore = (_: Pod, { before, after }: Change<CSINode>) =>
  after !== undefined && (!before || after.spec.drivers.some(({ name }) => allows(after, name) > allows(before, name)))

export const STORAGE_HINTS: Readonly<Record<string, Hints>> = {
  VolumeRestrictions: {
    Node: comes,
    PersistentVolumeClaim: ownClaimComes,
    Pod: (pod, { before, after }) =>
      after === undefined &&
      before?.metadata.namespace === pod.metadata.namespace &&
      (sharesDisk(pod, before as Pod) || claimsOf(before as Pod).some(({ name }) => namesClaim(pod, name))),
  },
  NodeVolumeLimits: {
    CSINode: allowsMore,
    PersistentVolumeClaim: ownClaimComes,
    Pod: (_, { before, after }) => after === undefined && claimsOf(before as Pod).length > 0,
    VolumeAttachment: goes,
  },
  VolumeBinding: {
    Node: labelsChange,
    PersistentVolumeClaim: ownClaimChanges,
    PersistentVolume: stays,
    StorageClass: stays,
    CSINode: comes,
  },
  VolumeZone: { Node: labelsChange, PersistentVolumeClaim: ownClaimChanges, PersistentVolume: stays, StorageClass: comes },
}
