/** What a deployment does next: a new replica set, other sizes of those that there are, fewer old ones, and a status. */
import type { Plan, Sight } from '#client/plan.ts'
import type { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { conditionOf } from '#kinds/meta/conditions.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { larger, nextRevision, REVISION, revisionOf } from './annotations.ts'
import { collisionsOf, createFailure, type NewSet, newSet } from './new-set.ts'
import { type Pace, paceOf } from './pace.ts'
import { type Family, familyOf, isActiveSet, type Target } from './replica-sets.ts'
import { rollingStep, runsOldPods, withoutPods } from './rollout.ts'
import { scalingStep, wasResized } from './scaling.ts'
import { type Conditions, counted, deadlineMs, hasDeadline, isComplete, progressed, withFinding } from './status.ts'
import { updates } from './updates.ts'

/** `more`: the pods of all its sets, where the strategy is Recreate. */
export type DeploymentSight = Sight<Deployment, readonly Pod[]>

/**
 * | seen | decided |
 * |---|---|
 * | it is being deleted | only the status |
 * | paused, or resized since its sets were scaled | its sets get the new size in proportion, no set is made |
 * | no set has its template | one is made, with as many pods as the surge lets it have (Recreate: when no old pod runs any more) |
 * | the set's name is taken by another | another name next time: the collision is counted |
 * | RollingUpdate | the new set grows, then the old ones shrink |
 * | Recreate | the old ones give up their pods; when all are gone, the new one gets its own |
 * | complete, or paused | old sets without pods beyond revisionHistoryLimit go, the oldest revisions first |
 */
export function decide(sight: DeploymentSight): Plan<Deployment> {
  const { object: deployment, children, now } = sight
  const family = familyOf(deployment, children(ReplicaSet))
  const pace = paceOf(deployment)
  const collisionCount = collisionsOf(sight)
  const step = nextStep(sight, family, { pace, collisionCount })
  const all = [...family.olds, ...(family.newest ? [family.newest] : [])]
  const sizes = new Map(step.targets.map(({ set, replicas }) => [set, replicas]))
  const reported = {
    deployment,
    newest: family.newest,
    newestName: (family.newest ?? step.creation?.object)?.metadata.name,
    sets: all,
    wanted: all.reduce((sum, set) => sum + (sizes.get(set) ?? set.spec.replicas), step.creation?.object.spec.replicas ?? 0),
    conditions: conditionsBefore(sight, family, step.creation),
    collisionCount,
    pace,
    now,
  }
  const status = step.isRollout ? progressed(reported) : counted(reported)
  const mayForget = deployment.spec.paused || (step.isRollout && isComplete(deployment, status))
  const lookAgainMs = deadlineMs(deployment, status, now)
  return {
    object: withRevision(deployment, family, step.creation),
    create: step.creation ? [step.creation] : [],
    update: updates(deployment, family, { targets: step.targets, pace }),
    delete: mayForget ? superfluous(deployment, family.olds).map(object => ({ kind: ReplicaSet, object })) : [],
    status,
    ...(lookAgainMs !== undefined && { lookAgainMs }),
  }
}

interface Step {
  /** Whether the rollout is judged by its progress. */
  readonly isRollout: boolean
  readonly creation?: NewSet
  readonly targets: readonly Target[]
}

function nextStep(
  { object: deployment, more }: DeploymentSight,
  family: Family,
  { pace, collisionCount }: { readonly pace: Pace; readonly collisionCount: number | undefined },
): Step {
  if (deployment.metadata.deletionTimestamp) return { isRollout: false, targets: [] }
  if (deployment.spec.paused || wasResized(deployment, family)) return { isRollout: false, targets: scalingStep(deployment, family, pace) }
  const { newest, olds } = family
  const made = () => ({ isRollout: true, creation: newSet(deployment, olds, { pace, collisionCount }), targets: [] })
  if (deployment.spec.strategy.type === 'Recreate') {
    const emptied = withoutPods(olds)
    if (emptied.length || runsOldPods(family, more)) return { isRollout: true, targets: emptied }
    if (!newest) return made()
    const { replicas } = deployment.spec
    return { isRollout: true, targets: newest.spec.replicas === replicas ? [] : [{ set: newest, replicas }] }
  }
  // The old sets wait for the next look: should the new one be refused, nothing was given up for it.
  return newest ? { isRollout: true, targets: rollingStep({ deployment, newest, olds, pace }) } : made()
}

function withRevision(deployment: Deployment, { newest, olds }: Family, creation: NewSet | undefined): Deployment {
  const { metadata, ...rest } = deployment
  if (metadata.deletionTimestamp || !(newest || creation)) return deployment
  const revision = String(larger(nextRevision(olds), newest ? revisionOf(newest) : 0n))
  return { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } }
}

/** What is known before the counts are looked at: pauses, and the newest set found, made, or refused. */
function conditionsBefore({ object, refusals, now }: DeploymentSight, { newest }: Family, creation: NewSet | undefined): Conditions {
  const conditions = object.status.conditions ?? []
  if (!hasDeadline(object) || object.metadata.deletionTimestamp) return conditions
  const finding = (status: 'True' | 'False' | 'Unknown', reason: string, message: string) =>
    withFinding(conditions, { type: 'Progressing', status, reason, message }, now)
  const current = conditionOf(conditions, 'Progressing')
  const refused = refusals.find(
    ({ step, kind, refusal }) => step === 'create' && kind === ReplicaSet && !isRefusal(refusal, 'AlreadyExists'),
  )
  if (creation && refused)
    return finding('False', 'ReplicaSetCreateError', createFailure(creation.object.metadata.name as string, refused.refusal.message))
  if (creation) return finding('True', 'NewReplicaSetCreated', `Created new replica set "${creation.object.metadata.name}"`)
  if (newest && !current) return finding('True', 'FoundNewReplicaSet', `Found new replica set "${newest.metadata.name}"`)
  const hasTimedOut = current?.reason === 'ProgressDeadlineExceeded'
  if (object.spec.paused && !hasTimedOut) return finding('Unknown', 'DeploymentPaused', 'Deployment is paused')
  if (!object.spec.paused && current?.reason === 'DeploymentPaused') return finding('Unknown', 'DeploymentResumed', 'Deployment is resumed')
  return conditions
}

/** Old sets beyond the history, that have settled without pods. */
function superfluous({ metadata, spec }: Deployment, olds: readonly ReplicaSet[]): readonly ReplicaSet[] {
  if (metadata.deletionTimestamp) return []
  const living = olds.filter(set => !set.metadata.deletionTimestamp)
  const count = living.length - spec.revisionHistoryLimit
  if (count <= 0) return []
  return living
    .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)))
    .slice(0, count)
    .filter(set => !isActiveSet(set) && !set.status.replicas && (set.metadata.generation ?? 0) <= (set.status.observedGeneration ?? 0))
}
