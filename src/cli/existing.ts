/** The cluster that a command is about, which must exist. */
import { type ClusterFolder, clusterFolder, clusterNames, readSettings, type Settings } from './cluster.ts'
import { CommandFailure } from './failure.ts'
import type { Host } from './host.ts'
import { typed } from './typed.ts'

export interface ExistingCluster {
  readonly folder: ClusterFolder
  readonly settings: Settings
}
/** Throws CommandFailure, which names the clusters that there are. */
export function existingCluster(
  host: Pick<Host, 'baseFolder'>,
  action: string,
  { dataDir, name }: { readonly dataDir: string; readonly name: string },
): ExistingCluster {
  const folder = clusterFolder(dataDir, name)
  const settings = readSettings(folder)
  if (settings) return { folder, settings }
  const others = clusterNames(dataDir)
  const cure = others.length ? `there are: ${others.join(', ')}` : `"${typed('up', folder, host)}" starts one`
  throw new CommandFailure(`${action}: there is no cluster "${name}" in "${dataDir}"; ${cure}`)
}
