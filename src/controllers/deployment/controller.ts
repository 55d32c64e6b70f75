/** Rolls out the template of each Deployment through ReplicaSets. */
import { watches } from '#client/controller.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { controlledBy, indexByController, isReferenceTo } from '#client/owners.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { decide } from './decide.ts'

/** The deployment of the set of the pod. */
function deploymentOf({ metadata }: Pod, mirrors: Mirrors): readonly Ref[] {
  const { namespace } = metadata
  const owner = controllerOf(metadata)
  const set = owner && isReferenceTo(ReplicaSet, owner) ? mirrors.of(ReplicaSet).get({ namespace, name: owner.name }) : undefined
  const deployment = set && controllerOf(set.metadata)
  return deployment && isReferenceTo(Deployment, deployment) ? [{ namespace, name: deployment.name }] : []
}
function podsOf({ metadata, spec }: Deployment, mirrors: Mirrors): readonly Pod[] {
  if (spec.strategy.type !== 'Recreate') return []
  const pods = mirrors.of(Pod)
  indexByController(pods)
  return controlledBy(mirrors.of(ReplicaSet), metadata.uid as string).flatMap(set => controlledBy(pods, set.metadata.uid as string))
}
const hasEnded = (pod: unknown) => pod === undefined || isTerminal(pod as Pod)

export const deploymentController: Decider<Deployment, readonly Pod[]> = {
  name: 'deployment-controller',
  decides: Deployment,
  owns: [{ kind: ReplicaSet, selector: ({ spec }) => spec.selector }],
  // Recreate waits for the last of the old pods; all else is told by the sets.
  watches: [{ ...watches(Pod, deploymentOf), matters: (before, after) => before !== undefined && hasEnded(after) && !hasEnded(before) }],
  look: podsOf,
  decide,
}
