/** The volumes of a stateful set's pods: claims that are made before a pod, and kept or not when it goes (KEP-1847). */
import { controllerReference } from '#client/owners.ts'
import type { Creation, Update } from '#client/plan.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { OwnerReference } from '#kinds/meta/object-meta.ts'
import { isEqual } from '#schema/json-value.ts'
import { podName } from './identity.ts'

/** By name. */
export type Claims = ReadonlyMap<string, PersistentVolumeClaim>

const claimName = (template: PersistentVolumeClaim, set: StatefulSet, ordinal: number) =>
  `${template.metadata.name}-${podName(set, ordinal)}`
const templatesOf = ({ spec }: StatefulSet) => spec.volumeClaimTemplates ?? []
/** Volume name and claim name of each claim of a pod. */
export const claimsOf = (set: StatefulSet, ordinal: number): readonly { readonly volume: string; readonly claim: string }[] =>
  templatesOf(set).map(template => ({ volume: template.metadata.name as string, claim: claimName(template, set, ordinal) }))

/** The claims of a pod that are not there yet. */
export const missingClaims = (set: StatefulSet, ordinal: number, present: Claims): readonly Creation<PersistentVolumeClaim>[] =>
  templatesOf(set)
    .filter(template => !present.has(claimName(template, set, ordinal)))
    .map(template => {
      const name = claimName(template, set, ordinal)
      const pod = podName(set, ordinal)
      const { labels, annotations } = template.metadata
      const metadata = {
        name,
        namespace: set.metadata.namespace as string,
        labels: { ...labels, ...set.spec.selector.matchLabels },
        ...(annotations && { annotations }),
        ...(policyOf(set).whenDeleted === 'Delete' && { ownerReferences: [controllerReference(StatefulSet, set)] }),
      }
      return {
        kind: PersistentVolumeClaim,
        object: { metadata, spec: template.spec },
        done: () => ({
          type: 'Normal',
          reason: 'SuccessfulCreate',
          message: `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`,
        }),
        refused: ({ message }) =>
          [
            `Create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${message}`,
            `Create Pod ${pod} in StatefulSet ${set.metadata.name} failed error: failed to create PVC ${name}: ${message}`,
          ].map(message => ({ type: 'Warning', reason: 'FailedCreate', message })),
      }
    })

/** Whether a claim of the pod is on its way out, or still belongs to the pod's predecessor: the new pod must wait for a new one. */
export const hasStaleClaim = (set: StatefulSet, ordinal: number, present: Claims): boolean =>
  claimsOf(set, ordinal).some(({ claim }) => {
    const found = present.get(claim)
    return found && (found.metadata.deletionTimestamp !== undefined || (found.metadata.ownerReferences ?? []).some(isPodReference))
  })
const isPodReference = ({ kind, apiVersion }: OwnerReference) => kind === 'Pod' && apiVersion === 'v1'

const policyOf = ({ spec }: StatefulSet) => spec.persistentVolumeClaimRetentionPolicy
/**
 * | whenScaled | whenDeleted | the claim goes with |
 * |---|---|---|
 * | Retain | Retain | nobody |
 * | Retain | Delete | the set |
 * | Delete | Retain | its pod, once that is too many |
 * | Delete | Delete | its pod, once that is too many; until then the set |
 */
export function claimOwners(set: StatefulSet, pod: Pod, isTooMany: boolean): readonly OwnerReference[] {
  const { whenScaled, whenDeleted } = policyOf(set)
  if (whenScaled === 'Delete' && isTooMany) return [controllerReference(Pod, pod)]
  return whenDeleted === 'Delete' ? [controllerReference(StatefulSet, set)] : []
}
/** The pod's claims whose owners are not as the policy has them. Owners that others have added stay. */
export function claimUpdates(
  set: StatefulSet,
  { pod, ordinal, isTooMany }: { readonly pod: Pod; readonly ordinal: number; readonly isTooMany: boolean },
  present: Claims,
): readonly Update<PersistentVolumeClaim>[] {
  const owners = claimOwners(set, pod, isTooMany)
  const isOurs = ({ uid, kind }: OwnerReference) =>
    uid === set.metadata.uid || uid === pod.metadata.uid || (kind === 'Pod' && owners.length > 0)
  return claimsOf(set, ordinal).flatMap(({ claim }) => {
    const found = present.get(claim)
    if (!found || found.metadata.deletionTimestamp) return []
    const before = found.metadata.ownerReferences ?? []
    const ownerReferences = [...before.filter(one => !isOurs(one)), ...owners]
    if (isEqual(before, ownerReferences)) return []
    return [{ kind: PersistentVolumeClaim, object: { ...found, metadata: { ...found.metadata, ownerReferences } } }]
  })
}
