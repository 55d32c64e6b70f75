/** Pods that were to be disrupted and were not: they say so no longer. Upstream: pkg/controller/disruption, KEP-3329. */
import { type Runner, startController } from '#client/controller.ts'
import { condition, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { withCondition } from '#kinds/meta/conditions.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'

/** From the condition to the deletion it takes no longer than this (upstream: stalePodDisruptionTimeout). */
const STALE_AFTER_MS = 120_000

/** How long the pod may still say that it is to be disrupted; undefined when there is nothing to take back. What the kubelet says of a pod that it ends may stand for as long as that takes. */
export function staleInMs(pod: Pod, now: number): number | undefined {
  const found = condition(pod, 'DisruptionTarget')
  if (found?.status !== 'True' || found.reason === 'TerminationByKubelet' || isTerminating(pod) || isTerminal(pod)) return undefined
  return Math.max(0, Date.parse(found.lastTransitionTime ?? '') + STALE_AFTER_MS - now)
}

const isTarget = (pod: unknown) => pod !== undefined && condition(pod as Pod, 'DisruptionTarget')?.status === 'True'

export const staleDisruptionController: Runner = {
  name: 'disruption-controller',
  start: cluster =>
    startController(
      {
        name: 'disruption-controller',
        reconciles: Pod,
        matters: (_, after) => isTarget(after),
        act: async (ref, { client, mirrors, clock }) => {
          const pod = mirrors.of(Pod).get(ref)
          const leftMs = pod && staleInMs(pod, clock.now())
          if (!pod || leftMs !== 0) return leftMs
          const conditions = withCondition(
            pod.status.conditions,
            { type: 'DisruptionTarget', status: 'False', lastProbeTime: null },
            clock.now(),
          )
          try {
            mirrors.of(Pod).learn(await client.update(Pod, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' }))
          } catch (error) {
            if (!isRefusal(error, 'NotFound')) throw error
          }
          return undefined
        },
      },
      cluster,
    ),
}
