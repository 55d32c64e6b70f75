/** The command `status`: what runs, where it listens, how many nodes and pods, how big the store is. */
import { runningServer } from './cluster.ts'
import { existingCluster } from './existing.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'
import { typed } from './typed.ts'
import { ago, size } from './words.ts'

export async function status(host: Host, { dataDir, name }: { readonly dataDir: string; readonly name: string }): Promise<void> {
  const { folder, settings } = existingCluster(host, 'show', { dataDir, name })
  const line = (what: string, value: string) => host.output.write(`${what.padEnd(12)} ${value}\n`)
  const server = runningServer(folder)
  line('cluster', name)
  line('folder', folder.root)
  line('log', folder.log)
  if (!server) {
    line('server', 'stopped')
    throw new CommandFailure(`cluster "${name}" is stopped; "${typed('up', folder, host)}" starts it`)
  }
  const report = await host.inspect(folder)
  line(
    'server',
    `running at ${server.server}, process ${server.pid}, since ${ago(host.now() - server.startedAt)}, version ${server.version}`,
  )
  line('nodes', report.nodes.map(node => `${node.name} ${node.isReady ? 'Ready' : 'NotReady'}`).join(', ') || 'none')
  line(
    'pods',
    Object.entries(report.pods)
      .map(([phase, count]) => `${count} ${phase}`)
      .join(', ') || 'none',
  )
  line('ranges', `pods ${settings.podCidr}, services ${settings.serviceCidr}`)
  const published = Object.entries(await host.publishedPorts(folder)).map(([port, target]) => `${port} to ${target}`)
  if (published.length) line('published', published.join(', '))
  line('store', size(report.storeBytes))
}
