/** Keeps the numbers of each PodDisruptionBudget, by which evictions are granted. */
import { watches } from '#client/controller.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { isReferenceTo } from '#client/owners.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import type { KindClass } from '#kinds/declare.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { decide, type Guarded } from './decide.ts'

interface Scaled {
  readonly metadata: ObjectMeta
  readonly spec: { readonly replicas: number }
}
/** In this order: a set of a deployment is asked for the deployment's size. */
const SCALED = [ReplicaSet, Deployment, StatefulSet, ReplicationController] as unknown as readonly KindClass<Scaled>[]

/** What the topmost controller of the object wants; undefined when that cannot be told. */
function scaleOf({ metadata }: { readonly metadata: ObjectMeta }, mirrors: Mirrors): { uid: string; replicas: number } | undefined {
  const owner = controllerOf(metadata)
  const kind = owner && SCALED.find(kind => isReferenceTo(kind, owner))
  const found = kind && mirrors.of(kind).get({ namespace: metadata.namespace, name: owner.name })
  if (!found || found.metadata.uid !== owner.uid) return undefined
  return controllerOf(found.metadata) ? scaleOf(found, mirrors) : { uid: owner.uid, replicas: found.spec.replicas }
}

function look({ metadata, spec }: PodDisruptionBudget, mirrors: Mirrors): Guarded {
  const pods = mirrors
    .of(Pod)
    .list(metadata.namespace)
    .filter(pod => selects(spec.selector, pod.metadata.labels))
  const hasUnmanaged = pods.some(({ metadata }) => !controllerOf(metadata))
  const scales = new Map<string, number>()
  for (const pod of pods) {
    if (!controllerOf(pod.metadata)) continue
    const scale = scaleOf(pod, mirrors)
    if (!scale) return { pods, hasUnmanaged, scale: { unknown: `found no controllers for pod "${pod.metadata.name}"` } }
    scales.set(scale.uid, scale.replicas)
  }
  return { pods, hasUnmanaged, scale: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0) }
}
const budgetsOf = ({ metadata }: { readonly metadata: ObjectMeta }, mirrors: Mirrors): readonly PodDisruptionBudget[] =>
  mirrors.of(PodDisruptionBudget).list(metadata.namespace)
const size = (object: unknown) => (object as Scaled | undefined)?.spec.replicas

export const disruptionController: Decider<PodDisruptionBudget, Guarded> = {
  name: 'disruption-controller',
  component: 'controllermanager',
  decides: PodDisruptionBudget,
  watches: [
    watches(Pod, (pod, mirrors) =>
      budgetsOf(pod, mirrors)
        .filter(({ spec }) => selects(spec.selector, pod.metadata.labels))
        .map(({ metadata }) => metadata as Ref),
    ),
    // A new size counts before the pods follow.
    ...SCALED.map(kind => ({
      ...watches(kind, (object, mirrors) => budgetsOf(object, mirrors).map(({ metadata }) => metadata as Ref)),
      matters: (before: unknown, after: unknown) => size(before) !== size(after),
    })),
  ],
  look,
  decide,
}
