/** Keeps the number of live pods of each ReplicationController at spec.replicas, as ReplicaSets do. */
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { isActive } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { decideReplicas } from '../replicaset/decide.ts'

export const replicationControllerController: Decider<ReplicationController> = {
  name: 'replicationcontroller-controller',
  component: 'replication-controller',
  decides: ReplicationController,
  owns: [{ kind: Pod, selector: ({ spec }) => ({ matchLabels: spec.selector ?? {} }) }],
  decide,
}

function decide({ object, children, refusals, now }: Sight<ReplicationController>): Plan<ReplicationController> {
  const pods = children(Pod)
  return decideReplicas({ object, pods, related: pods.filter(isActive), refusals, now })
}
