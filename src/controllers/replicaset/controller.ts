/** Keeps the number of live pods of each ReplicaSet at spec.replicas. */
import type { Mirrors } from '#client/mirrors.ts'
import { controlledBy, countControlledBy, indexByController } from '#client/owners.ts'
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isActive } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { decideReplicas } from './decide.ts'

/** Active pods of the sets of the same owner, its own included: only one of each node's pods should go. Not asked for while none has to. */
function siblingPods({ metadata, spec }: ReplicaSet, mirrors: Mirrors): readonly Pod[] {
  if (countControlledBy(mirrors.of(Pod), metadata.uid as string) <= spec.replicas) return []
  const owner = controllerOf(metadata)
  const sets = mirrors.of(ReplicaSet)
  indexByController(sets)
  const uids = owner ? controlledBy(sets, owner.uid).map(sibling => sibling.metadata.uid) : [metadata.uid]
  return uids.flatMap(uid => controlledBy(mirrors.of(Pod), uid as string)).filter(isActive)
}

export const replicaSetController: Decider<ReplicaSet, readonly Pod[]> = {
  name: 'replicaset-controller',
  decides: ReplicaSet,
  owns: [{ kind: Pod, selector: ({ spec }) => spec.selector }],
  look: siblingPods,
  decide,
}

function decide({ object, children, more, refusals, now }: Sight<ReplicaSet, readonly Pod[]>): Plan<ReplicaSet> {
  return decideReplicas({ object, pods: children(Pod), related: more, refusals, now })
}
