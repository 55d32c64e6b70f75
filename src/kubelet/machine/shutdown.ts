/** Stops a node's containers and its container runtime, also when no Knarr runs. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { connectRuntime } from '../runtime/cri/client.ts'
import { findDaemon, startDaemon, stopDaemon } from '../runtime/daemon/daemon.ts'
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
}

/** Each container gets this long after its TERM signal. */
const GRACE_SECONDS = 2

/** Stops all containers, then the runtime. Throws when the runtime does not answer. */
export async function shutDownNode({ clock, log, cluster, folder, network, forGood }: NodeShutdown): Promise<void> {
  if (findDaemon(folder) === undefined) {
    // Containers outlive their runtime: to let go of what they hold, it must be there once more.
    if (!forGood) return
    if (network !== undefined) await openNamespace(network)
    await startDaemon({ clock, log, cluster, folder, ...(network !== undefined && { network }) })
  }
  using runtime = connectRuntime(`${folder}/containerd.sock`)
  const { containers } = await runtime.listContainers({ filter: { state: { state: 1 } } })
  await Promise.all((containers ?? []).map(({ id }) => runtime.stopContainer({ containerId: id, timeout: GRACE_SECONDS })))
  const { items } = await runtime.listPodSandbox({})
  await Promise.all((items ?? []).map(({ id }) => runtime.stopPodSandbox({ podSandboxId: id })))
  if (forGood) await Promise.all((items ?? []).map(({ id }) => runtime.removePodSandbox({ podSandboxId: id })))
  await stopDaemon({ clock, folder })
}
