/** The replica set for a new template: its name, its notes, and what is told when it cannot be made. */
import type { Creation, Refused } from '#client/plan.ts'
import type { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { hashOf } from '../revisions/hash.ts'
import { newestAnnotations, nextRevision, sizeAnnotations } from './annotations.ts'
import { scalingNote } from './notes.ts'
import type { Pace } from './pace.ts'
import { TEMPLATE_HASH } from './replica-sets.ts'
import { roomForNewest } from './rollout.ts'

export type NewSet = Creation<ReplicaSet> & { readonly object: Pick<ReplicaSet, 'metadata' | 'spec'> }

/** The name of the new set was taken by a set with another template, or of somebody else. */
export function collisionsOf({
  object,
  refusals,
}: {
  readonly object: Deployment
  readonly refusals: readonly Refused[]
}): number | undefined {
  const { collisionCount } = object.status
  const isTaken = ({ kind, refusal }: Refused) =>
    kind === ReplicaSet && isRefusal(refusal, 'AlreadyExists') && refusal.status.details?.name === nameOf(object, collisionCount)
  return refusals.some(isTaken) ? (collisionCount ?? 0) + 1 : collisionCount
}
const nameOf = ({ metadata, spec }: Deployment, collisions: number | undefined) => `${metadata.name}-${hashOf(spec.template, collisions)}`

export function newSet(
  deployment: Deployment,
  olds: readonly ReplicaSet[],
  { pace, collisionCount }: { readonly pace: Pace; readonly collisionCount: number | undefined },
): NewSet {
  const { metadata, spec } = deployment
  const hash = { [TEMPLATE_HASH]: hashOf(spec.template, collisionCount) }
  const labels = { ...spec.template.metadata.labels, ...hash }
  const name = nameOf(deployment, collisionCount)
  const annotations = { ...newestAnnotations(deployment, {}, nextRevision(olds)), ...sizeAnnotations(deployment, pace) }
  const { selector, minReadySeconds = 0 } = spec
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const ofSize = (replicas: number) => ({
    metadata: { name, namespace: metadata.namespace as string, labels, annotations },
    spec: { replicas, minReadySeconds, selector: { ...selector, matchLabels: { ...selector.matchLabels, ...hash } }, template },
  })
  const replicas = roomForNewest({ deployment, newest: ofSize(0) as unknown as ReplicaSet, olds, pace })
  return {
    kind: ReplicaSet,
    object: ofSize(replicas),
    ...(replicas > 0 && { done: ({ metadata: { name } }) => scalingNote(name as string, 0, replicas) }),
    refused: refusal => ({
      type: 'Warning',
      reason: 'ReplicaSetCreateError',
      message: createFailure(name, refusal.message),
    }),
  }
}
export const createFailure = (name: string, message: string) => `Failed to create new replica set "${name}": ${message}`
