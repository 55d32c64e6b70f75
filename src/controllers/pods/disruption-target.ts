/** The condition of a pod that is about to be taken away by the cluster, and not by its owner (KEP-3329). */
import type { Update } from '#client/plan.ts'
import { Pod } from '#kinds/core/pod.ts'
import { withCondition } from '#kinds/meta/conditions.ts'

export interface Disruption {
  readonly reason: string
  readonly message: string
  /** The pod is over with it. */
  readonly phase?: 'Failed'
}
/** Undefined when the pod says so already. */
export function disruptionOf(pod: Pod, { reason, message, phase }: Disruption, now: number): Update<Pod> | undefined {
  const { conditions } = pod.status
  const { generation } = pod.metadata
  const isSaid = conditions?.some(one => one.type === 'DisruptionTarget' && one.status === 'True' && one.reason === reason)
  if (isSaid && (!phase || pod.status.phase === phase)) return undefined
  const status = {
    ...pod.status,
    ...(phase && { phase }),
    conditions: withCondition(
      conditions,
      {
        type: 'DisruptionTarget',
        status: 'True',
        lastProbeTime: null,
        reason,
        message,
        ...(generation && { observedGeneration: generation }),
      },
      now,
    ),
  }
  return { kind: Pod, object: { ...pod, status }, subresource: 'status' }
}
