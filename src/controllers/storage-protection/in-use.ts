/** Whether claims and volumes are in use, so that their deletion has to wait. Upstream: pvcprotection and pvprotection controllers. */
import type { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { namesClaim } from '#kinds/core/pod/claims.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** A claim is in use by every pod that has a node and has not ended. */
export const isClaimInUse = (claim: string, pods: readonly Pod[]): boolean =>
  pods.some(pod => pod.spec.nodeName && !isTerminal(pod) && namesClaim(pod, claim))

/** A volume is in use while a claim is bound to it. */
export const isVolumeInUse = ({ status }: Pick<PersistentVolume, 'status'>): boolean => status?.phase === 'Bound'
