/** Keeps a number of live pods: the decision that ReplicaSets and ReplicationControllers share. Upstream: pkg/controller/replicaset. */
import type { Plan, Refused } from '#client/plan.ts'
import { isActive, isAvailable, isReady, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { conditionOf, withCondition } from '#kinds/meta/conditions.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { nextAvailabilityMs } from '../pods/availability.ts'
import { podFrom } from '../pods/from-template.ts'
import { creationOf, deletionOf } from '../pods/steps.ts'
import { crowdOf, firstToGo } from './ranking.ts'

/** The largest step of one plan (upstream: BurstReplicas), so that a slip in spec.replicas cannot flood the API unseen. */
const STEP_MAX = 500
/** The next step comes when this one has been carried out. */
const AT_ONCE_MS = 1

/** What ReplicaSets and ReplicationControllers have in common. */
export interface Replicated {
  readonly metadata: ObjectMeta
  readonly spec: { readonly replicas: number; readonly minReadySeconds?: number; readonly template?: PodTemplateSpec }
  readonly status: { readonly conditions?: readonly ReplicaCondition[] }
}
interface ReplicaCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}
export interface ReplicaSight {
  readonly object: Replicated
  /** All that it controls. */
  readonly pods: readonly Pod[]
  /** Those of its siblings too: the pods whose nodes count as crowded. */
  readonly related: readonly Pod[]
  readonly refusals: readonly Refused[]
  readonly now: number
}

/**
 * | seen | decided |
 * |---|---|
 * | fewer live pods than wanted | the missing ones are made, at most 500 in one go |
 * | more | those go whose loss hurts least, at most 500 in one go |
 * | the set is being deleted | nothing is made or deleted |
 * | pods that have ended or are being deleted | do not count |
 * | the last creation or deletion was refused | condition ReplicaFailure says why, until it goes through |
 * | a ready pod is younger than minReadySeconds | look again when it is old enough |
 */
export function decideReplicas(sight: ReplicaSight): Plan<never> {
  const { object, pods, related, now } = sight
  const { metadata, spec } = object
  const live = pods.filter(isActive)
  const surplus = metadata.deletionTimestamp ? 0 : live.length - spec.replicas
  const { template, minReadySeconds = 0 } = spec
  const missing = template ? Math.min(-surplus, STEP_MAX) : 0
  const isCut = Math.abs(surplus) > STEP_MAX && (missing > 0 || surplus > 0)
  const lookAgainMs = isCut ? AT_ONCE_MS : nextAvailabilityMs(live, minReadySeconds, now)
  return {
    create: Array.from({ length: Math.max(0, missing) }, () => creationOf(podFrom(template as PodTemplateSpec, object))),
    delete: surplus > 0 ? firstToGo(live, Math.min(surplus, STEP_MAX), { crowd: crowdOf(related), now }).map(deletionOf) : [],
    status: summary(sight, live, surplus),
    ...(lookAgainMs !== undefined && { lookAgainMs }),
  }
}

function summary({ object: { metadata, spec, status }, pods, refusals, now }: ReplicaSight, live: readonly Pod[], surplus: number) {
  const wanted = Object.entries(spec.template?.metadata.labels ?? {})
  const isFullyLabeled = ({ metadata }: Pod) => wanted.every(([name, value]) => metadata.labels?.[name] === value)
  const { minReadySeconds = 0 } = spec
  // There may be thousands: each is looked at once.
  let [fullyLabeledReplicas, readyReplicas, availableReplicas] = [0, 0, 0]
  for (const pod of live) {
    if (isFullyLabeled(pod)) fullyLabeledReplicas++
    if (!isReady(pod)) continue
    readyReplicas++
    if (minReadySeconds === 0 || isAvailable(pod, minReadySeconds, now)) availableReplicas++
  }
  return {
    replicas: live.length,
    fullyLabeledReplicas,
    readyReplicas,
    availableReplicas,
    terminatingReplicas: live.length === pods.length ? 0 : pods.filter(pod => isTerminating(pod) && !hasEnded(pod)).length,
    observedGeneration: metadata.generation ?? 0,
    conditions: conditionsAfter(status.conditions, refusals, { surplus, now }),
  }
}
const hasEnded = ({ status: { phase } }: Pod) => phase === 'Succeeded' || phase === 'Failed'

/** A failure keeps its first message; it ends when nothing was refused. */
function conditionsAfter(
  conditions: readonly ReplicaCondition[] | undefined,
  [refused]: readonly Refused[],
  { surplus, now }: { surplus: number; now: number },
): readonly ReplicaCondition[] {
  const type = 'ReplicaFailure'
  if (!refused) return (conditions ?? []).filter(one => one.type !== type)
  if (conditionOf(conditions, type)) return conditions ?? []
  const reason = surplus > 0 || refused.step === 'delete' ? 'FailedDelete' : 'FailedCreate'
  return withCondition(conditions, { type, status: 'True', reason, message: refused.refusal.message }, now)
}
