/** Everything that a cluster has on the machine at a moment, as lines: two moments that are alike have the same. */
import { existsSync, globSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '#base/processes.ts'
import { NAMESPACE_OF_CRI } from '#kubelet/images/import.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { connectRuntime } from '#kubelet/runtime/cri/client.ts'
import type { NodeCluster } from '#test/support/node-cluster.ts'

export async function machineState({ folder }: NodeCluster): Promise<readonly string[]> {
  const { processes, mounts, links, nftTables, cgroups } = await findLeftovers({ cluster: folder.name, root: folder.root })
  const socket = join(folder.runtime, 'containerd.sock')
  using runtime = connectRuntime(socket)
  const [{ items }, { containers }] = await Promise.all([runtime.listPodSandbox({}), runtime.listContainers({})])
  const ctr = async (...words: string[]) =>
    (await run(['ctr', '--address', socket, '--namespace', NAMESPACE_OF_CRI, ...words])).split('\n').filter(Boolean)
  const below = (path: string) => (existsSync(path) ? readdirSync(path) : [])
  const state = join(folder.runtime, 'state')
  const lines: Readonly<Record<string, readonly string[]>> = {
    // containerd itself may have been started anew.
    process: processes.map(({ command }) => command).filter(command => !command.startsWith('containerd --config')),
    containerd: [String(processes.filter(({ command }) => command.startsWith('containerd --config')).length)],
    mount: mounts.map(({ path }) => path),
    link: links,
    nft: (await Promise.all(nftTables.map(rulesOf))).flat(),
    // The groups above them are made once and stay.
    cgroup: cgroups.filter(path => path.includes('/pod')),
    sandbox: items.map(({ id }) => id),
    container: containers.map(({ id }) => id),
    'containerd container': await ctr('containers', 'ls', '-q'),
    task: await ctr('tasks', 'ls', '-q'),
    snapshot: (await ctr('snapshots', 'ls')).map(line => line.split(/\s+/)[0] ?? ''),
    lease: await ctr('leases', 'ls', '-q'),
    'address taken': globSync('*/*', { cwd: join(folder.runtime, 'ipam') }).filter(name => /\/[\d.]+$|:/.test(name)),
    'bundle of a task': below(join(state, 'io.containerd.runtime.v2.task', NAMESPACE_OF_CRI)),
    'network namespace': below(join(state, 'io.containerd.grpc.v1.cri/netns')),
    'folder of a pod': below(join(folder.node, 'pods')),
    'folder of logs': below(join(folder.node, 'logs')),
    ...Object.fromEntries(
      ['root', 'state'].flatMap(place =>
        ['sandboxes', 'containers'].map(what => [
          `${what} in ${place}`,
          below(join(folder.runtime, place, 'io.containerd.grpc.v1.cri', what)),
        ]),
      ),
    ),
  }
  return Object.entries(lines).flatMap(([what, names]) => names.toSorted().map(name => `${what}: ${name}`))
}
/** Without counters, which traffic moves. */
const rulesOf = async (table: string) =>
  (await run(['nft', '--stateless', 'list', 'table', ...table.split(' ')])).split('\n').map(line => line.trim())
