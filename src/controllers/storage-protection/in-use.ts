/** Whether claims and volumes are in use, so that their deletion has to wait. Upstream: pvcprotection and pvprotection controllers. */
import type { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** The claims that a pod names, or that are made for it. */
export const claimsOf = ({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim ? [persistentVolumeClaim.claimName] : ephemeral ? [`${metadata.name}-${name}`] : [],
  )

/** A claim is in use by every pod that has a node and has not ended. */
export const isClaimInUse = (claim: string, pods: readonly Pod[]): boolean =>
  pods.some(pod => pod.spec.nodeName && !isTerminal(pod) && claimsOf(pod).includes(claim))

/** A volume is in use while a claim is bound to it. */
export const isVolumeInUse = ({ status }: Pick<PersistentVolume, 'status'>): boolean => status?.phase === 'Bound'
