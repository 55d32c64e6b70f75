/** Reads everything that the accounts of this node are made of, and counts what the kubelet itself looks after. */
import type { PodContext } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'
import type { Accounts } from './stats.ts'

/** Throws GrpcError. */
export async function accountsOf(workers: PodWorkers, context: PodContext): Promise<Accounts> {
  const { clock, usage, node, startedAt } = context
  const containers = await usage.containers(context)
  const now = clock.now()
  return {
    nodeName: node.name,
    startedAt,
    now,
    node: usage.node(now),
    memoryBytes: node.memoryCapacityBytes,
    pods: workers.pods,
    containers,
  }
}

/** Prometheus' text format; names as upstream's. */
export function ownMetrics(workers: PodWorkers, { observer, node }: PodContext): string {
  const observed = [...observer.pods.values()]
  const phases = { created: 0, running: 0, exited: 0, unknown: 0 }
  for (const { containers } of observed) for (const { phase } of containers) phases[phase]++
  const running = observed.filter(({ sandboxes }) => sandboxes.some(({ isReady }) => isReady)).length
  return [
    '# HELP kubelet_node_name The name of the node\n# TYPE kubelet_node_name gauge\n',
    `kubelet_node_name{node="${node.name}"} 1\n`,
    '# HELP kubelet_running_pods Pods that have a running sandbox\n# TYPE kubelet_running_pods gauge\n',
    `kubelet_running_pods ${running}\n`,
    '# HELP kubelet_desired_pods Pods that the API wants here\n# TYPE kubelet_desired_pods gauge\n',
    `kubelet_desired_pods ${workers.pods.length}\n`,
    '# HELP kubelet_running_containers Containers by state\n# TYPE kubelet_running_containers gauge\n',
    ...Object.entries(phases).map(([phase, count]) => `kubelet_running_containers{container_state="${phase}"} ${count}\n`),
  ].join('')
}
