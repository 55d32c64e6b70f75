/** The command `reset`: removes a cluster from the machine, with all that it made there. */
import { existsSync } from 'node:fs'
import { clusterFolder } from './cluster.ts'
import { stop } from './down.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'
import { Steps } from './steps.ts'

export async function reset(
  host: Host,
  { dataDir, name, yes }: { readonly dataDir: string; readonly name: string; readonly yes: boolean },
): Promise<void> {
  const folder = clusterFolder(dataDir, name)
  const before = await host.leftovers(folder)
  if (!existsSync(folder.root) && before.length === 0) {
    host.output.write(`Nothing of cluster "${name}" is on this machine.\n`)
    return
  }
  if (!yes && !(await host.confirm(`Remove cluster "${name}" with all its objects, volumes and images?`)))
    throw new CommandFailure(`reset cluster "${name}": not confirmed; "./knarr reset --yes" asks nothing`)
  await stop(host, folder, { forGood: true })
  const steps = new Steps(host.progress)
  await steps.run('mounts, namespaces, links, rules, files', () => host.remove(folder))
  await host.removeContext(name)
  const after = await host.leftovers(folder)
  if (after.length > 0)
    throw new CommandFailure(
      `reset cluster "${name}": still there: ${after.map(({ kind, name }) => `${kind} ${name}`).join(', ')}; "./knarr doctor" tells more`,
    )
  host.output.write(`Cluster "${name}" is gone.\n`)
}
