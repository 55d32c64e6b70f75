/** Which pods of a stateful set are made and deleted next, in order of their numbers. Upstream: stateful_set_control.go. */
import type { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { scaled } from '#kinds/int-or-percent.ts'
import { type Claims, hasStaleClaim } from './claims.ts'
import { firstOrdinal, isHealthy, isOrdered, ordinalOf, revisionOf, serves } from './identity.ts'

/** The set's pods, by number. */
export interface Places {
  /** Numbers that shall have a pod, ascending. */
  readonly wanted: readonly { readonly ordinal: number; readonly pod: Pod | undefined }[]
  /** Pods beyond those numbers, the highest first. */
  readonly condemned: readonly { readonly ordinal: number; readonly pod: Pod }[]
}
export function placesOf(set: StatefulSet, pods: readonly Pod[]): Places {
  const byOrdinal = new Map(pods.map(pod => [ordinalOf(pod, set), pod]))
  const first = firstOrdinal(set)
  const end = first + set.spec.replicas
  const wanted = Array.from({ length: set.spec.replicas }, (_, at) => ({ ordinal: first + at, pod: byOrdinal.get(first + at) }))
  const condemned = [...byOrdinal].flatMap(([ordinal, pod]) =>
    ordinal !== undefined && (ordinal < first || ordinal >= end) ? [{ ordinal, pod }] : [],
  )
  return { wanted, condemned: condemned.toSorted((a, b) => b.ordinal - a.ordinal) }
}

export interface Steps {
  readonly create: readonly number[]
  readonly remove: readonly Pod[]
}
export interface Situation {
  readonly set: StatefulSet
  readonly places: Places
  readonly claims: Claims
  /** The name of the revision that pods shall have. */
  readonly revision: string
  readonly now: number
}

/**
 * One after the other (OrderedReady), or all at once (Parallel):
 *
 * | seen | decided |
 * |---|---|
 * | a number without pod | it is made; others wait until it is available |
 * | a pod that has ended | it is deleted, and made again when it is gone |
 * | a pod that goes, or is not available | others wait |
 * | pods with numbers too high, all others being available | the highest is deleted; an unhealthy one only if it is the first that is |
 * | all is well, and a pod has another revision (not below the partition, not OnDelete) | the highest is deleted, as many at a time as may be missing |
 */
export function nextSteps(situation: Situation): Steps {
  const { set, places, claims, now } = situation
  const ordered = isOrdered(set)
  const create: number[] = []
  const remove: Pod[] = []
  for (const { ordinal, pod } of places.wanted) {
    const isEnded = pod && isTerminal(pod)
    if (isEnded && !isTerminating(pod)) remove.push(pod)
    const isMissing = !pod && !hasStaleClaim(set, ordinal, claims)
    if (isMissing) create.push(ordinal)
    const isBlocking = !pod || isEnded || isTerminating(pod) || !serves(pod, set, now)
    if (ordered && isBlocking) return { create, remove }
  }
  const unhealthy = [...places.wanted, ...places.condemned.toReversed()].find(({ pod }) => pod && !isHealthy(pod))?.pod
  for (const { pod } of places.condemned) {
    if (ordered && isTerminating(pod)) return { create, remove }
    if (isTerminating(pod)) continue
    if (ordered && !serves(pod, set, now) && pod !== unhealthy) return { create, remove }
    remove.push(pod)
    if (ordered) return { create, remove }
  }
  return { create, remove: [...remove, ...outOfDate(situation).filter(pod => !remove.includes(pod))] }
}

function outOfDate({ set, places, revision, now }: Situation): readonly Pod[] {
  const { type, rollingUpdate } = set.spec.updateStrategy
  if (type !== 'RollingUpdate') return []
  const share = scaled(rollingUpdate?.maxUnavailable ?? 1, set.spec.replicas, 'down')
  const isOld = (pod: Pod | undefined): pod is Pod => pod !== undefined && !isTerminating(pod) && revisionOf(pod) !== revision
  const olds = places.wanted
    .slice(rollingUpdate?.partition ?? 0)
    .map(({ pod }) => pod)
    .filter(isOld)
  const missing = places.wanted.filter(({ pod }) => !pod || (!olds.includes(pod) && !(isHealthy(pod) && serves(pod, set, now)))).length
  return olds.toReversed().slice(0, Math.max(0, Math.max(1, share) - missing))
}
