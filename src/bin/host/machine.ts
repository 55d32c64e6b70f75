/** What the commands do to the machine and the cluster. Loaded when a command comes to it: starting a cluster needs none of it. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock as clock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { CommandFailure } from '#cli/failure.ts'
import { type ClusterFolder, nodeFolders } from '#cli/cluster.ts'
import type { ClusterReport, PresentImage, Leftover } from '#cli/host.ts'
import { httpsTransport } from '#client/https/transport.ts'
import { createClient } from '#client/requests.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { PUBLISHED_PORTS } from '#kinds/core/service/published.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { readConfiguration, WrongConfiguration } from '#kubelet/configuration/read.ts'
import { type KubeletSettings, SETTINGS_DEFAULT } from '#kubelet/configuration/settings.ts'
import { loadImages, UnusableImage } from '#kubelet/images/load.ts'
import { removeDnsLink } from '#kubelet/machine/dns-link.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { cgroupName, cgroupPath } from '#kubelet/machine/names.ts'
import { removeLeftovers } from '#kubelet/machine/removal.ts'
import { HASTY, type NodeShutdown, PATIENT, shutDownNode } from '#kubelet/machine/shutdown.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import { adminCredentials } from './credentials.ts'

export { prerequisites } from '#kubelet/machine/prerequisites.ts'

/** The machine itself first, then the further nodes. */
const nodesOf = (
  folder: ClusterFolder,
): readonly (Pick<NodeShutdown, 'cluster' | 'folder' | 'network'> & { readonly number: number })[] => [
  { number: 1, cluster: folder.name, folder: folder.runtime },
  ...nodeFolders(folder).map(({ number, runtime, network }) => ({
    number,
    cluster: cgroupName(folder.name, number),
    folder: runtime,
    network,
  })),
]
const shutDown = (folder: ClusterFolder, how: Pick<NodeShutdown, 'forGood' | 'periods'>) =>
  Promise.all(
    nodesOf(folder)
      .filter(node => existsSync(node.folder))
      .map(node => shutDownNode({ ...node, clock, log: silentLog, ...how })),
  )

export async function stopNode(folder: ClusterFolder, forGood: boolean): Promise<void> {
  const { shutdown } = settingsOf(folder)
  await shutDown(folder, { forGood: false, periods: forGood ? HASTY : (shutdown ?? PATIENT) })
  await removeDnsLink(folder.name)
}

const settingsOf = ({ kubeletConfig: file }: ClusterFolder): KubeletSettings =>
  existsSync(file) ? readConfiguration(readFileSync(file, 'utf8')) : SETTINGS_DEFAULT

export async function remove(folder: ClusterFolder): Promise<void> {
  if (process.getuid?.() === 0) await shutDown(folder, { forGood: true, periods: HASTY })
  await removeLeftovers(clock, { cluster: folder.name, root: folder.root })
}

export function kubeletConfig(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    readConfiguration(text)
    return text
  } catch (error) {
    if (error instanceof WrongConfiguration)
      throw new CommandFailure(`use kubelet configuration "${file}":\n${error.problems.map(problem => `  ${problem}`).join('\n')}`, {
        cause: error,
      })
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new CommandFailure(`read kubelet configuration "${file}": ${(error as Error).message}; name a file that can be read`, {
      cause: error,
    })
  }
}

const containerd = ({ folder }: Pick<NodeShutdown, 'folder'>) => join(folder, 'containerd.sock')

/** On every node, so that pods find them wherever they go. */
export async function importImages(folder: ClusterFolder, file: string): Promise<readonly string[]> {
  try {
    let names: readonly string[] = []
    for (const node of nodesOf(folder)) names = await loadImages({ file, socket: containerd(node), scratchFolder: folder.root })
    return names
  } catch (error) {
    if (error instanceof UnusableImage) throw new CommandFailure(error.message, { cause: error })
    throw error
  }
}
/** Those of all nodes, each once. */
export async function listImages(folder: ClusterFolder): Promise<readonly PresentImage[]> {
  const found = new Map<string, PresentImage>()
  for (const node of nodesOf(folder)) {
    using runtime = connectRuntime(containerd(node))
    const { images } = await runtime.listImages({})
    for (const { id = '', repoTags, size } of images ?? [])
      for (const name of repoTags ?? []) found.set(`${name} ${id}`, { name, id, bytes: size ?? 0 })
  }
  return [...found.values()]
}

export async function leftovers(folder: ClusterFolder): Promise<readonly Leftover[]> {
  const { processes, mounts, links, nftTables, cgroups, folders, files } = await findLeftovers({ cluster: folder.name, root: folder.root })
  return [
    ...processes.map(({ pid, command }) => ({ kind: 'process' as const, name: `${pid} ${command}` })),
    ...mounts.map(({ path, isNetworkNamespace }) => ({
      kind: isNetworkNamespace ? ('network namespace' as const) : ('mount' as const),
      name: path,
    })),
    ...links.map(name => ({ kind: 'link' as const, name })),
    ...nftTables.map(name => ({ kind: 'nft table' as const, name })),
    // Those below it go with it.
    ...cgroups.filter(name => name.endsWith(cgroupPath(folder.name))).map(name => ({ kind: 'cgroup' as const, name })),
    ...folders.map(name => ({ kind: 'folder' as const, name })),
    ...files.map(name => ({ kind: 'file' as const, name })),
  ]
}

export async function publishedPorts(folder: ClusterFolder): Promise<Readonly<Record<string, string>>> {
  using transport = httpsTransport(adminCredentials(folder))
  try {
    return (await createClient(transport).get(ConfigMap, PUBLISHED_PORTS)).data ?? {}
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return {}
    throw error
  }
}
export async function publishPorts(folder: ClusterFolder, changes: Readonly<Record<string, string | null>>): Promise<void> {
  using transport = httpsTransport(adminCredentials(folder))
  const client = createClient(transport)
  try {
    await client.create(ConfigMap, { metadata: { ...PUBLISHED_PORTS } })
  } catch (error) {
    if (!isRefusal(error, 'AlreadyExists')) throw error
  }
  await client.patch(ConfigMap, PUBLISHED_PORTS, 'merge', { data: changes })
}
export async function servicePorts(
  folder: ClusterFolder,
  { namespace, service: name }: { readonly namespace: string; readonly service: string },
): Promise<readonly string[] | undefined> {
  using transport = httpsTransport(adminCredentials(folder))
  try {
    const { spec } = await createClient(transport).get(Service, { namespace, name })
    const ports = (spec.ports ?? []).filter(({ protocol }) => protocol === 'TCP')
    return ports.flatMap(({ port, name }) => [String(port), ...(name ? [name] : [])])
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return undefined
    throw error
  }
}

export async function inspect(folder: ClusterFolder): Promise<ClusterReport> {
  using transport = httpsTransport(adminCredentials(folder))
  const client = createClient(transport)
  const [nodes, pods] = await Promise.all([client.list(Node), client.list(Pod)])
  const phases: Record<string, number> = {}
  for (const { status } of pods.items) phases[status?.phase ?? 'Unknown'] = (phases[status?.phase ?? 'Unknown'] ?? 0) + 1
  return {
    nodes: nodes.items.map(({ metadata, status }) => ({
      name: metadata.name ?? '',
      isReady: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    })),
    pods: phases,
    storeBytes: bytesBelow(folder.store),
  }
}
function bytesBelow(path: string): number {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return statSync(path).blocks * 512
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}
