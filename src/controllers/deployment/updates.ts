/** The replica sets as they are to be: sizes, and the notes of the newest. */
import type { Update } from '#client/plan.ts'
import type { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isEqual } from '#schema/json-value.ts'
import { newestAnnotations, nextRevision, sizeAnnotations } from './annotations.ts'
import { scalingNote } from './notes.ts'
import type { Pace } from './pace.ts'
import type { Family, Target } from './replica-sets.ts'

export function updates(
  deployment: Deployment,
  { newest, olds }: Family,
  { targets, pace }: { readonly targets: readonly Target[]; readonly pace: Pace },
): readonly Update<ReplicaSet>[] {
  if (deployment.metadata.deletionTimestamp) return []
  const drafts = new Map<ReplicaSet, ReplicaSet>()
  if (newest) drafts.set(newest, withNotes(deployment, newest, nextRevision(olds)))
  for (const { set, replicas } of targets) {
    const { metadata, spec, ...rest } = drafts.get(set) ?? set
    const annotations = { ...metadata.annotations, ...sizeAnnotations(deployment, pace) }
    drafts.set(set, { ...rest, metadata: { ...metadata, annotations }, spec: { ...spec, replicas } })
  }
  return [...drafts]
    .filter(([before, object]) => !isEqual(before, object))
    .map(([{ metadata, spec }, object]) => ({
      kind: ReplicaSet,
      object,
      ...(object.spec.replicas !== spec.replicas && {
        done: () => scalingNote(metadata.name as string, spec.replicas, object.spec.replicas),
      }),
    }))
}
/** The newest set carries the deployment's annotations, its latest revision, and its patience. */
function withNotes(deployment: Deployment, { metadata, spec, ...rest }: ReplicaSet, revision: bigint): ReplicaSet {
  const annotations = newestAnnotations(deployment, metadata.annotations ?? {}, revision)
  const { minReadySeconds = 0 } = deployment.spec
  const { minReadySeconds: _, ...others } = spec
  return { ...rest, metadata: { ...metadata, annotations }, spec: { ...others, ...(minReadySeconds && { minReadySeconds }) } }
}
