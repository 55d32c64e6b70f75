/** Stops a node's containers and its container runtime, also when no Knarr runs. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { connectRuntime } from '../runtime/cri/client.ts'
import { findDaemon, startDaemon, stopDaemon } from '../runtime/daemon/daemon.ts'
import { POD_GRACE_SECONDS, POD_PRIORITY } from '../runtime/labels.ts'
import { shutdownGroups, type ShutdownPeriods } from './shutdown-order.ts'
import { openNamespace } from './node-network.ts'

export interface NodeShutdown {
  readonly clock: Clock
  readonly log: Log
  readonly cluster: string
  /** The runtime's folder. */
  readonly folder: string
  /** The file of the node's network namespace, when it has one of its own. */
  readonly network?: string
  /** Whether the sandboxes are removed too, with their network; else they are only stopped. */
  readonly forGood: boolean
  /** How long containers have after their TERM signal. */
  readonly periods: ShutdownPeriods
}

/** Time for what ends in good order, a database say; who waits for a command to end waits no longer than this. */
export const PATIENT: ShutdownPeriods = { allSeconds: 10, criticalSeconds: 3 }
/** For what is not to come back. */
export const HASTY: ShutdownPeriods = { allSeconds: 2, criticalSeconds: 1 }

/** Stops all containers, those of critical pods last, then the runtime. Throws when the runtime does not answer. */
export async function shutDownNode({ clock, log, cluster, folder, network, forGood, periods }: NodeShutdown): Promise<void> {
  if (findDaemon(folder) === undefined) {
    // Containers outlive their runtime: to let go of what they hold, it must be there once more.
    if (!forGood) return
    if (network !== undefined) await openNamespace(network)
    await startDaemon({ clock, log, cluster, folder, ...(network !== undefined && { network }) })
  }
  using runtime = connectRuntime(`${folder}/containerd.sock`)
  const { containers } = await runtime.listContainers({ filter: { state: { state: 1 } } })
  const ending = (containers ?? []).map(({ id, annotations }) => ({
    id,
    priority: Number(annotations[POD_PRIORITY] ?? 0),
    graceSeconds: Number(annotations[POD_GRACE_SECONDS] ?? periods.allSeconds),
  }))
  for (const group of shutdownGroups(ending, periods))
    await Promise.all(group.map(({ pod, seconds }) => runtime.stopContainer({ containerId: pod.id, timeout: seconds })))
  const { items } = await runtime.listPodSandbox({})
  await Promise.all((items ?? []).map(({ id }) => runtime.stopPodSandbox({ podSandboxId: id })))
  if (forGood) await Promise.all((items ?? []).map(({ id }) => runtime.removePodSandbox({ podSandboxId: id })))
  await stopDaemon({ clock, folder })
}
