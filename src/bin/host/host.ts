/** This machine, as the commands see it. */
import { existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemClock as clock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { ClusterFolder } from '#cli/cluster.ts'
import type { ClusterReport, Host, ImportedImage, Leftover } from '#cli/host.ts'
import type { Terminal } from '#cli/steps.ts'
import { httpsTransport } from '#client/https/transport.ts'
import { createClient } from '#client/requests.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { loadImages } from '#kubelet/images/load.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { cgroupPath } from '#kubelet/machine/names.ts'
import { prerequisites } from '#kubelet/machine/prerequisites.ts'
import { removeLeftovers } from '#kubelet/machine/removal.ts'
import { shutDownNode } from '#kubelet/machine/shutdown.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import { version } from '../version.ts'
import { adminCredentials } from './credentials.ts'
import { addContext, removeContext, userKubeconfig } from './kubeconfig-file.ts'
import { isGone, launchServer } from './launch.ts'
import { isPortFree } from './ports.ts'

const terminal = (stream: NodeJS.WriteStream): Terminal => ({ isInteractive: stream.isTTY, write: text => void stream.write(text) })

/** `program` is the script that runs, to be started again as the serving process. */
export function thisHost(program: string): Host {
  const isRoot = process.getuid?.() === 0
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const containerd = (folder: ClusterFolder) => join(folder.runtime, 'containerd.sock')
  return {
    isRoot,
    version,
    baseFolder: isRoot ? '/var/lib/knarr' : join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'knarr'),
    output: terminal(process.stdout),
    progress: terminal(process.stderr),
    now: () => clock.now(),
    interrupted: interrupted.signal,
    confirm,
    isPortFree,
    routes: async () => routesOf(readFileSync('/proc/net/route', 'utf8')),
    freeBytes: async folder => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
    launch: folder => launchServer(clock, folder, program),
    stopServer: async (pid, timeoutMs) => {
      process.kill(pid, 'SIGTERM')
      return isGone(clock, pid, timeoutMs)
    },
    stopNode: folder => shutDownNode({ clock, log: silentLog, cluster: folder.name, folder: folder.runtime, forGood: false }),
    remove: async folder => {
      if (isRoot && existsSync(folder.runtime))
        await shutDownNode({ clock, log: silentLog, cluster: folder.name, folder: folder.runtime, forGood: true })
      await removeLeftovers(clock, { cluster: folder.name, root: folder.root })
    },
    leftovers: leftoversOf,
    prerequisites: () => prerequisites(process.env['PATH'] ?? ''),
    importImages: (folder, file) => importInto(folder, file),
    listImages: async folder => {
      using runtime = connectRuntime(containerd(folder))
      const { images } = await runtime.listImages({})
      return (images ?? []).flatMap(({ id, repoTags, size }) => (repoTags ?? []).map(name => ({ name, id: id ?? '', bytes: size ?? 0 })))
    },
    addContext: async (folder, name) => {
      const file = userKubeconfig()
      addContext(file, { ...adminCredentials(folder), name })
      return file
    },
    removeContext: async name => removeContext(userKubeconfig(), name),
    inspect,
  }

  async function importInto(folder: ClusterFolder, file: string): Promise<readonly ImportedImage[]> {
    const names = await loadImages({ file, socket: containerd(folder), scratchFolder: folder.root })
    return names.map(name => ({ name, id: '', bytes: 0 }))
  }
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  using prompt = createInterface({ input: process.stdin, output: process.stderr })
  return /^y(es)?$/i.test(await prompt.question(`${question} [y/N] `))
}

/** Destinations in /proc/net/route: hexadecimal, least significant byte first (proc_pid_net(5)); the default route is none. */
function routesOf(table: string): readonly string[] {
  const address = (hex: string) =>
    hex
      .match(/../g)
      ?.map(byte => Number.parseInt(byte, 16))
      .reverse()
      .join('.') ?? ''
  return table
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t')[1] ?? '')
    .filter(hex => hex !== '00000000')
    .map(hex => `${address(hex)}/0`)
}

async function leftoversOf(folder: ClusterFolder): Promise<readonly Leftover[]> {
  const { processes, mounts, links, nftTables, cgroups, folders } = await findLeftovers({ cluster: folder.name, root: folder.root })
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
  ]
}

async function inspect(folder: ClusterFolder): Promise<ClusterReport> {
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
