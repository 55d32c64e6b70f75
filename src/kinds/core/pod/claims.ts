/** The claims of a pod: those that it names, and those that are made for it. Reference: KEP-1698 (generic ephemeral volumes). */
import type { PersistentVolumeClaim } from '../persistent-volume-claim.ts'
import type { Pod } from '../pod.ts'

export interface ClaimName {
  readonly name: string
  /** Whether the claim comes and goes with the pod. */
  readonly isEphemeral: boolean
}
export const claimsOf = ({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): readonly ClaimName[] =>
  (spec.volumes ?? []).flatMap<ClaimName>(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [{ name: persistentVolumeClaim.claimName, isEphemeral: false }]
    return ephemeral ? [{ name: `${metadata.name}-${name}`, isEphemeral: true }] : []
  })

/** The names of claims that outlive the pod. */
export const lastingClaimsOf = (pod: Pick<Pod, 'metadata' | 'spec'>): readonly string[] =>
  claimsOf(pod).flatMap(({ name, isEphemeral }) => (isEphemeral ? [] : [name]))

export const namesClaim = (pod: Pick<Pod, 'metadata' | 'spec'>, claim: string): boolean => claimsOf(pod).some(({ name }) => name === claim)

/** Whether a claim with the name that an ephemeral one would have was made for this very pod. */
export const isMadeFor = (claim: PersistentVolumeClaim, pod: Pod): boolean =>
  claim.metadata.ownerReferences?.find(owner => owner.controller)?.uid === pod.metadata.uid
