/** Asks whether this node takes a pod. People give a node labels and resources while it runs: what speaks against a pod is looked at with the newest. */
import { wait } from '#base/clock.ts'
import { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type Rejection, rejectionOf } from './admit.ts'
import type { PodContext } from './context.ts'

/** Until the API answers again. */
const RETRY_MS = 1_000

/** Undefined when the pod is welcome, or `signal` aborts first. `others` are the pods that were here before it. */
export async function admission(
  pod: Pod,
  { client, clock, log, node, pressures, isShuttingDown, settings }: PodContext,
  { others, signal }: { readonly others: readonly Pod[]; readonly signal: AbortSignal },
): Promise<Rejection | undefined> {
  const { name } = node
  const { unsafeSysctls } = settings
  const given = () => ({ name, others, pressures: pressures(), isShuttingDown: isShuttingDown(), unsafeSysctls, abilities: node.abilities })
  if (!rejectionOf(pod, { ...given(), allocatable: node.allocatable, labels: node.labels })) return undefined
  while (!signal.aborted) {
    try {
      const { metadata, status } = await client.get(Node, { name })
      return rejectionOf(pod, { ...given(), allocatable: status.allocatable ?? node.allocatable, labels: metadata.labels ?? {} })
    } catch (error) {
      log.warn({ error, node: name }, 'cannot read the node to admit a pod, trying again')
      await wait(clock, RETRY_MS, signal)
    }
  }
  return undefined
}
