/** Stops a node's containers and its container runtime, also when no Knarr runs. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { endContainer } from '../pods/stop-container.ts'
import { stopInOrder } from '../pods/stop-order.ts'
import { connectRuntime, type Runtime } from '../runtime/cri/client.ts'
import { CONTAINER_STATE } from '../runtime/cri/enumerations.ts'
import { orGone } from '../runtime/cri/gone.ts'
import { findDaemon, startDaemon, stopDaemon } from '../runtime/daemon/daemon.ts'
import { openNamespace } from './node-network.ts'
import { type RunningContainer, type RunningPod, runningPods } from './running-pods.ts'
import { shutdownGroups, type ShutdownPeriods, withCritical } from './shutdown-order.ts'

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
  /** How long containers have for their preStop hooks and to end. */
  readonly periods: ShutdownPeriods
}

/** Time for what ends in good order, a database say; who waits for a command to end waits no longer than this. */
export const PATIENT: ShutdownPeriods = withCritical(10, 3)
/** For what is not to come back. */
export const HASTY: ShutdownPeriods = withCritical(2, 1)

/** Stops all containers, those of critical pods last, then the runtime. Throws when the runtime does not answer. */
export async function shutDownNode({ clock, log, cluster, folder, network, forGood, periods }: NodeShutdown): Promise<void> {
  if (findDaemon(folder) === undefined) {
    // Containers outlive their runtime: to let go of what they hold, it must be there once more.
    if (!forGood) return
    if (network !== undefined) await openNamespace(network)
    await startDaemon({ clock, log, cluster, folder, ...(network !== undefined && { network }) })
  }
  using runtime = connectRuntime(`${folder}/containerd.sock`)
  const { containers } = await runtime.listContainers({ filter: { state: { state: CONTAINER_STATE.running } } })
  const pods = runningPods(containers, { graceSeconds: Math.max(...periods.map(({ seconds }) => seconds)) })
  for (const group of shutdownGroups(pods, periods))
    await Promise.all(group.pods.map(({ pod, seconds }) => endPod(pod, seconds, { clock, log, runtime })))
  const { items } = await runtime.listPodSandbox({})
  await Promise.all((items ?? []).map(({ id }) => orGone(runtime.stopPodSandbox({ podSandboxId: id }))))
  if (forGood) await Promise.all((items ?? []).map(({ id }) => orGone(runtime.removePodSandbox({ podSandboxId: id }))))
  await stopDaemon({ clock, folder })
}

type Surroundings = Pick<NodeShutdown, 'clock' | 'log'> & { readonly runtime: Runtime }
function endPod({ containers }: RunningPod, graceSeconds: number, { clock, log, runtime }: Surroundings): Promise<void> {
  const stop = async ({ id, preStop, ports, sandboxId }: RunningContainer, seconds: number) => {
    const target = { runtime, containerId: id, container: { ports }, ip: preStop ? await addressOf(sandboxId, runtime) : '' }
    const hookFailed = () => log.warn({ container: id }, 'the preStop hook of a container failed')
    await endContainer({ target, hook: preStop, graceSeconds: seconds, signal: NEVER }, { clock, hookFailed })
  }
  return stopInOrder({ containers, sidecarRank: ({ sidecarRank }) => sidecarRank, graceSeconds, clock }, stop)
}
/** Nobody is in a greater hurry than the periods are. */
const NEVER = new AbortController().signal

async function addressOf(podSandboxId: string, runtime: Runtime): Promise<string> {
  const { status } = await runtime.podSandboxStatus({ podSandboxId })
  // A pod on the network of the machine has no address of its own.
  return status?.network?.ip || '127.0.0.1'
}
