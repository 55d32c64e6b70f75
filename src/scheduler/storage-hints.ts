/** Which changes of storage, and of who uses it, may let a pod in. */
import type { Node } from '#kinds/core/node.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { claimsOf, lastingClaimsOf, namesClaim } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { CSINode } from '#kinds/storage/csi-node.ts'
import { isEqual } from '#schema/json-value.ts'
import { type Change, comes, type Hint, type Hints, stays } from './hint.ts'
import { sharesDisk } from './plugins/volume-restrictions.ts'
import { placesOf } from './plugins/volume-zone.ts'

const isOwnClaim = (pod: Pod, claim: PersistentVolumeClaim | undefined) =>
  claim !== undefined && claim.metadata.namespace === pod.metadata.namespace && namesClaim(pod, claim.metadata.name as string)
const ownClaimChanges: Hint<PersistentVolumeClaim> = (pod, { after }) => isOwnClaim(pod, after)
const ownClaimComes: Hint<PersistentVolumeClaim> = (pod, { before, after }) => before === undefined && isOwnClaim(pod, after)
/** Ephemeral ones aside, whose makers see to them. */
const isNamedClaim = (pod: Pod, claim: PersistentVolumeClaim | undefined) =>
  claim?.metadata.namespace === pod.metadata.namespace && lastingClaimsOf(pod).includes(claim?.metadata.name as string)
const labelsChange: Hint<Node> = (_, { before, after }) =>
  after !== undefined && (!before || !isEqual(before.metadata.labels ?? {}, after.metadata.labels ?? {}))
/** A node without drivers is stored with none at all. */
const driversOf = (node: CSINode | undefined) => node?.spec.drivers ?? []
const allows = (node: CSINode, driver: string) => driversOf(node).find(({ name }) => name === driver)?.allocatable?.count ?? 0
const allowsMore = (_: Pod, { before, after }: Change<CSINode>) =>
  after !== undefined && (!before || driversOf(after).some(({ name }) => allows(after, name) > allows(before, name)))

export const STORAGE_HINTS: Readonly<Record<string, Hints>> = {
  VolumeRestrictions: {
    Node: comes,
    PersistentVolumeClaim: (pod, { before, after }) => before === undefined && isNamedClaim(pod, after),
    Pod: (pod, { before, after }) =>
      after === undefined &&
      before?.metadata.namespace === pod.metadata.namespace &&
      (sharesDisk(pod, before as Pod) || lastingClaimsOf(before as Pod).some(name => lastingClaimsOf(pod).includes(name))),
  },
  NodeVolumeLimits: {
    CSINode: allowsMore,
    PersistentVolumeClaim: ownClaimComes,
    Pod: (_, { before, after }) => after === undefined && claimsOf(before as Pod).length > 0,
    VolumeAttachment: (pod, { after }) => after === undefined && lastingClaimsOf(pod).length > 0,
  },
  VolumeBinding: {
    Node: labelsChange,
    PersistentVolumeClaim: ownClaimChanges,
    PersistentVolume: stays,
    StorageClass: (_, { before, after }) =>
      after !== undefined && (!before || !isEqual(before.allowedTopologies ?? [], after.allowedTopologies ?? [])),
    CSINode: comes,
  },
  VolumeZone: {
    Node: labelsChange,
    PersistentVolumeClaim: (pod, { after }) => isNamedClaim(pod, after),
    PersistentVolume: (_, { before, after }) =>
      after !== undefined && !(before && isEqual(placesOf(before.metadata.labels), placesOf(after.metadata.labels))),
    StorageClass: (_, { before, after }) => before === undefined && after?.volumeBindingMode === 'WaitForFirstConsumer',
  },
}
