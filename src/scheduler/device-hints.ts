/** Which changes of devices, and of who has them, may let a pod in. */
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { isEqual } from '#schema/json-value.ts'
import { type Change, type Hints, type Sight, stays } from './hint.ts'
import { claimsOf, DYNAMIC_RESOURCES, problemOf } from './plugins/dynamic-resources.ts'

export const DEVICE_HINTS: Readonly<Record<string, Hints>> = {
  [DYNAMIC_RESOURCES]: {
    Node: (_, { before, after }) => after !== undefined && !(before && isEqual(placeOf(before), placeOf(after))),
    ResourceClaim: claimHelps,
    DeviceClass: stays,
    ResourceSlice: stays,
  },
}
/** What devices and claims can ask of a node. */
const placeOf = ({ metadata, status }: Node) => [metadata.labels ?? {}, status?.allocatable ?? {}]

function claimHelps(pod: Pod, { before, after }: Change<ResourceClaim>, { devices }: Sight): boolean {
  if (!after || problemOf(pod, devices) !== undefined) return false
  // Somebody has given devices back.
  if (before?.status.allocation && !after.status.allocation) return true
  if (!claimsOf(pod, devices).some(({ metadata }) => metadata.uid === after.metadata.uid)) return false
  return !before || !isEqual(before.status, after.status)
}
