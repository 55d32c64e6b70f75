/** What a deployment reports: its counts, and whether it is available and moves on. Upstream: deployment/progress.go, sync.go. */
import { timestamp } from '#base/clock.ts'
import type { Deployment, DeploymentCondition } from '#kinds/apps/deployment.ts'
import type { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { conditionOf } from '#kinds/meta/conditions.ts'
import type { Pace } from './pace.ts'
import { total } from './replica-sets.ts'

export type Conditions = readonly DeploymentCondition[]
/** Upstream's way to say that there is no deadline. */
const NO_DEADLINE = 2 ** 31 - 1
export const hasDeadline = ({ spec }: Deployment): boolean => spec.progressDeadlineSeconds !== NO_DEADLINE

export interface Condition {
  readonly type: 'Available' | 'Progressing' | 'ReplicaFailure'
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}
/** Nothing changes while status and reason stay, so that the time tells when the finding was made. */
export function withFinding(conditions: Conditions, finding: Condition, now: number): Conditions {
  const known = conditionOf(conditions, finding.type)
  if (known?.status === finding.status && known.reason === finding.reason) return conditions
  const at = timestamp(now)
  const lastTransitionTime = known?.status === finding.status ? (known.lastTransitionTime ?? at) : at
  return [...without(conditions, finding.type), { ...finding, lastUpdateTime: at, lastTransitionTime }]
}
const without = (conditions: Conditions, type: string): Conditions => conditions.filter(one => one.type !== type)

export interface Reported {
  readonly deployment: Deployment
  readonly newest: ReplicaSet | undefined
  /** Also when it is about to be made. */
  readonly newestName: string | undefined
  /** All sets, the newest among them. */
  readonly sets: readonly ReplicaSet[]
  /** Pods asked for, together, after this step. */
  readonly wanted: number
  /** As they are before the counts are looked at. */
  readonly conditions: Conditions
  readonly collisionCount: number | undefined
  readonly pace: Pace
  readonly now: number
}
export interface Status extends Readonly<Record<string, unknown>> {
  readonly replicas: number
  readonly updatedReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly conditions: Conditions
}

/** Counts and condition Available. */
export function counted({ deployment, newest, newestName, sets, wanted, conditions, collisionCount, pace, now }: Reported): Status {
  const availableReplicas = total(sets, 'availableReplicas')
  const isAvailable = availableReplicas >= deployment.spec.replicas - pace.maxUnavailable
  const terminating = sets.map(({ status }) => status.terminatingReplicas)
  // A set that is only being made has not told either.
  const isTold = (newest !== undefined || newestName === undefined) && terminating.every(one => one !== undefined)
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: total(sets, 'replicas'),
    updatedReplicas: newest ? total([newest], 'replicas') : 0,
    readyReplicas: total(sets, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
    ...(isTold && { terminatingReplicas: terminating.reduce((sum, one) => sum + (one ?? 0), 0) }),
    conditions: withFinding(
      conditions,
      {
        type: 'Available',
        status: isAvailable ? 'True' : 'False',
        reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: `Deployment ${isAvailable ? 'has' : 'does not have'} minimum availability.`,
      },
      now,
    ),
    ...(collisionCount !== undefined && { collisionCount }),
  }
}

export const isComplete = ({ spec }: Deployment, { updatedReplicas, replicas, availableReplicas }: Status): boolean =>
  updatedReplicas === spec.replicas && replicas === spec.replicas && availableReplicas === spec.replicas

/** The status with the conditions Progressing and ReplicaFailure, as a rollout under way has them. */
export function progressed(reported: Reported): Status {
  const status = counted(reported)
  const conditions = hasDeadline(reported.deployment) ? progress(reported, status) : without(status.conditions, 'Progressing')
  return { ...status, conditions: failure(reported, conditions) }
}

/**
 * | seen | Progressing |
 * |---|---|
 * | it was complete, and all pods are new | stays |
 * | complete | NewReplicaSetAvailable |
 * | more new or fewer old pods, or more ready or available ones than before | ReplicaSetUpdated, the deadline begins anew |
 * | nothing of that until the deadline | False: ProgressDeadlineExceeded |
 */
function progress({ deployment, newestName, now }: Reported, status: Status): Conditions {
  const { conditions } = status
  const current = conditionOf(conditions, 'Progressing')
  if (status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable') return conditions
  const subject = newestName ? `ReplicaSet "${newestName}"` : `Deployment "${deployment.metadata.name}"`
  const found = (status: 'True' | 'False', reason: string, words: string): Condition => ({
    type: 'Progressing',
    status,
    reason,
    message: `${subject} ${words}`,
  })
  if (isComplete(deployment, status))
    return withFinding(conditions, found('True', 'NewReplicaSetAvailable', 'has successfully progressed.'), now)
  if (moved(deployment, status)) {
    const at = timestamp(now)
    const lastTransitionTime = current?.status === 'True' ? (current.lastTransitionTime ?? at) : at
    const finding = found('True', 'ReplicaSetUpdated', 'is progressing.')
    return [...without(conditions, 'Progressing'), { ...finding, lastUpdateTime: at, lastTransitionTime }]
  }
  if (hasTimedOut(deployment, current, now))
    return withFinding(conditions, found('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'), now)
  return conditions
}
function moved(
  { status: { updatedReplicas: updated = 0, replicas = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } }: Deployment,
  next: Status,
) {
  return (
    next.updatedReplicas > updated ||
    next.replicas - next.updatedReplicas < replicas - updated ||
    next.readyReplicas > ready ||
    next.availableReplicas > available
  )
}
const dueAt = ({ spec }: Deployment, { lastUpdateTime = '' }: DeploymentCondition) =>
  Date.parse(lastUpdateTime) + spec.progressDeadlineSeconds * 1000
function hasTimedOut(deployment: Deployment, current: DeploymentCondition | undefined, now: number): boolean {
  if (!current || current.reason === 'NewReplicaSetAvailable') return false
  return current.reason === 'ProgressDeadlineExceeded' || dueAt(deployment, current) < now
}

/** Milliseconds until the deadline passes if nothing moves; undefined when none is running. */
export function deadlineMs(deployment: Deployment, status: Status, now: number): number | undefined {
  const current = conditionOf(status.conditions, 'Progressing')
  if (!current || !hasDeadline(deployment) || deployment.spec.paused || isComplete(deployment, status)) return undefined
  if (current.reason === 'ProgressDeadlineExceeded' || current.reason === 'NewReplicaSetAvailable') return undefined
  // A second more: the condition's time has no fractions.
  return Math.max(0, dueAt(deployment, current) - now) + 1_000
}

function failure({ newest, sets }: Reported, conditions: Conditions): Conditions {
  const found = [...(newest ? [newest] : []), ...sets]
    .map(({ status }) => conditionOf(status.conditions, 'ReplicaFailure'))
    .find(one => one !== undefined)
  const others = without(conditions, 'ReplicaFailure')
  if (!found) return others
  const known = conditionOf(conditions, 'ReplicaFailure')
  if (known?.status === found.status && known.reason === found.reason) return conditions
  return [...others, { ...found, ...(found.lastTransitionTime && { lastUpdateTime: found.lastTransitionTime }) }]
}
