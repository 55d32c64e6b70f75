/** This machine as a node of the cluster: network, container runtime and kubelet, put together. */
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { ClusterFolder, Settings } from '#cli/cluster.ts'
import type { Client } from '#client/transport.ts'
import { prepareNetwork } from '#kubelet/machine/network.ts'
import { type Kubelet, startKubelet } from '#kubelet/kubelet.ts'
import { type Daemon, startDaemon, stopDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { kubernetesVersion } from './version.ts'

export interface NodeOptions {
  readonly clock: Clock
  readonly log: Log
  readonly folder: ClusterFolder
  readonly settings: Settings
}

/** Network and container runtime; both outlive this process. */
export async function startRuntime({ clock, log, folder, settings }: NodeOptions): Promise<Daemon> {
  const cniConfFolder = join(folder.runtime, 'cni')
  await prepareNetwork({
    cluster: folder.name,
    cniConfFolder,
    ipamFolder: join(folder.runtime, 'ipam'),
    clusterCidr: settings.podCidr,
    nodeCidr: nodeRange(settings.podCidr),
  })
  return startDaemon({ clock, log, folder: folder.runtime, cluster: folder.name, cniConfFolder })
}
/** Ends a runtime that was started for a cluster that then did not start. */
export const stopRuntime = ({ clock, folder }: Pick<NodeOptions, 'clock' | 'folder'>): Promise<void> =>
  stopDaemon({ clock, folder: folder.runtime })

/** The first node's share: a /24, for 110 pods and some to spare. */
const nodeRange = (podCidr: string): string => podCidr.replace(/\/\d+$/, '/24')

export const startNode = (
  { clock, log, folder }: NodeOptions,
  { client, nodeName, runtime }: { readonly client: Client; readonly nodeName: string; readonly runtime: Daemon },
): Promise<Kubelet> =>
  startKubelet({
    client,
    clock,
    log,
    nodeName,
    dataFolder: folder.node,
    runtimeSocket: runtime.socket,
    cluster: folder.name,
    version: kubernetesVersion.gitVersion,
  })
