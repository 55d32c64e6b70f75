/** Which pods of a stateful set are made and deleted next, in order of their numbers. Upstream: stateful_set_control.go. */
import type { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { scaled } from '#kinds/int-or-percent.ts'
import { type Claims, hasStaleClaim } from './claims.ts'
import { firstOrdinal, isOrdered, ordinalOf, revisionOf, serves } from './identity.ts'

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
 * | a pod that has ended | it is deleted, and made again when it is gone; until then nothing else goes |
 * | a pod that goes, or is not available | others wait |
 * | pods with numbers too high, all others being available | the highest is deleted; an unavailable one only if it is the first that is |
 * | all is well, and a pod has another revision (not below the partition, not OnDelete) | the highest is deleted, as many at a time as may be missing |
 */
export function nextSteps(situation: Situation): Steps {
  const { set, places, claims, now } = situation
  const ordered = isOrdered(set)
  const create: number[] = []
  const remove: Pod[] = []
  let isSound = true
  for (const { ordinal, pod } of places.wanted) {
    const isEnded = pod && isTerminal(pod)
    if (isEnded && !isTerminating(pod)) remove.push(pod)
    const isStale = !pod && hasStaleClaim(set, ordinal, claims)
    if (!pod && !isStale) create.push(ordinal)
    if (isEnded || isStale) isSound = false
    if (ordered && (!pod || isEnded || isTerminating(pod) || !serves(pod, set, now))) return { create, remove }
  }
  if (!isSound) return { create, remove }
  const unavailable = [...places.wanted, ...places.condemned.toReversed()].find(({ pod }) => !isThere(pod, situation))?.pod
  for (const { pod } of places.condemned) {
    if (ordered && isTerminating(pod)) return { create, remove }
    if (isTerminating(pod)) continue
    if (ordered && !serves(pod, set, now) && pod !== unavailable) return { create, remove }
    remove.push(pod)
    if (ordered) return { create, remove }
  }
  return { create, remove: remove.length ? remove : outOfDate(situation) }
}
/** Whether a pod can be counted on. */
const isThere = (pod: Pod | undefined, { set, now }: Situation) => pod !== undefined && serves(pod, set, now) && !isTerminating(pod)

/**
 * Where maxUnavailable is given, so many are away at a time, whatever they are away for (KEP-961). Where it is not, the highest that is old
 * goes, if none above it is away.
 */
function outOfDate(situation: Situation): readonly Pod[] {
  const { set, places, revision } = situation
  const { type, rollingUpdate } = set.spec.updateStrategy
  if (type !== 'RollingUpdate') return []
  const isOld = (pod: Pod | undefined): pod is Pod => pod !== undefined && !isTerminating(pod) && revisionOf(pod) !== revision
  const concerned = places.wanted.slice(rollingUpdate?.partition ?? 0).map(({ pod }) => pod)
  const descending = concerned.toReversed()
  if (rollingUpdate?.maxUnavailable === undefined) {
    const [next] = descending.filter(pod => isOld(pod) || !isThere(pod, situation))
    return isOld(next) ? [next] : []
  }
  const share = Math.max(1, scaled(rollingUpdate.maxUnavailable, set.spec.replicas, 'down'))
  const away = places.wanted.filter(({ pod }) => !isThere(pod, situation)).length
  return descending.filter(isOld).slice(0, Math.max(0, share - away))
}
