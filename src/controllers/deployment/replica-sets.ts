/** The replica sets of a deployment: which one has its template, and what they add up to. */
import type { Deployment } from '#kinds/apps/deployment.ts'
import type { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { isEqual } from '#schema/json-value.ts'

export const TEMPLATE_HASH = 'pod-template-hash'

/** A replica set and how many pods it shall have. */
export interface Target {
  readonly set: ReplicaSet
  readonly replicas: number
}
export interface Family {
  /** The one with the deployment's template; absent until it is made. */
  readonly newest: ReplicaSet | undefined
  /** The others, oldest first. */
  readonly olds: readonly ReplicaSet[]
}

export function familyOf({ spec }: Deployment, sets: readonly ReplicaSet[]): Family {
  const ordered = sets.toSorted(olderFirst)
  // The oldest, should there be several: all of them run the same.
  const newest = ordered.find(set => isSameTemplate(set.spec.template, spec.template))
  return { newest, olds: ordered.filter(set => set !== newest) }
}

const withoutHash = ({ metadata, ...rest }: PodTemplateSpec) => {
  const { [TEMPLATE_HASH]: _, ...labels } = metadata.labels ?? {}
  return { ...rest, metadata: { ...metadata, labels } }
}
export const isSameTemplate = (one: PodTemplateSpec, other: PodTemplateSpec): boolean => isEqual(withoutHash(one), withoutHash(other))

const time = ({ metadata }: ReplicaSet) => metadata.creationTimestamp ?? ''
const name = ({ metadata }: ReplicaSet) => metadata.name ?? ''
export function olderFirst(a: ReplicaSet, b: ReplicaSet): number {
  if (time(a) !== time(b)) return time(a) < time(b) ? -1 : 1
  return name(a) < name(b) ? -1 : 1
}

type Count = 'replicas' | 'readyReplicas' | 'availableReplicas'
/** What the sets report, together. */
export const total = (sets: readonly ReplicaSet[], count: Count): number => sets.reduce((sum, { status }) => sum + (status[count] ?? 0), 0)
/** What is asked of the sets, together. */
export const wanted = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, { spec }) => sum + spec.replicas, 0)
export const isActiveSet = ({ spec }: ReplicaSet): boolean => spec.replicas > 0
