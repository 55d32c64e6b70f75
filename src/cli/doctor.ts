/** The command `doctor`: each prerequisite, ok or with its cure; and what clusters have left on the machine. */
import { type ClusterFolder, clusterFolder, clusterNames, readSettings, runningServer } from './cluster.ts'
import { CommandFailure } from './failure.ts'
import type { Host, Prerequisite } from './host.ts'
import { rangesIn } from './node-ranges.ts'
import { conflictOf } from './ranges.ts'
import { typed } from './typed.ts'

/** Those of the first cluster of a machine. */
const DEFAULT_PODS = '10.42.0.0/16'

export async function doctor(host: Host, { dataDir, name }: { readonly dataDir: string; readonly name: string }): Promise<void> {
  const folders = clusterNames(dataDir).map(each => clusterFolder(dataDir, each))
  const ranges = folders.flatMap(folder => rangesIn(readSettings(folder)?.podCidr ?? DEFAULT_PODS))
  const podRanges = ranges.length ? [...new Set(ranges)] : [DEFAULT_PODS]
  const prerequisites = [
    ...(await host.prerequisites({ podRanges, isRunning: folders.some(folder => runningServer(folder) !== undefined) })),
    ...(await addressRanges(host, folders)),
  ]
  for (const { name, ok, found, cure } of prerequisites) {
    host.output.write(`${ok ? '✓' : '✗'} ${name.padEnd(24)} ${found}\n`)
    if (!ok && cure) host.output.write(`${' '.repeat(27)}cure: ${cure}\n`)
  }
  host.output.write('\n')
  for (const each of new Set([...clusterNames(dataDir), name])) {
    const folder = clusterFolder(dataDir, each)
    const left = await host.leftovers(folder).catch((error: Error) => error)
    if (left instanceof Error) {
      host.output.write(`What cluster "${each}" has on this machine is not known: ${left.message}\n`)
      continue
    }
    if (left.length === 0) host.output.write(`Nothing of cluster "${each}" is on this machine.\n`)
    else host.output.write(`Cluster "${each}" is ${runningServer(folder) ? 'running' : 'stopped'}; on this machine are its:\n`)
    for (const { kind, name } of left) host.output.write(`  ${kind} ${name}\n`)
  }
  const missing = prerequisites.filter(({ ok }) => !ok)
  if (missing.some(({ onlyForContainers }) => !onlyForContainers))
    throw new CommandFailure(`${missing.length} prerequisite(s) missing; their cures stand above`)
  if (missing.length > 0 && host.isRoot)
    throw new CommandFailure(`${missing.length} prerequisite(s) for containers missing; their cures stand above`)
}

/** Networks come and go: a VPN may lead to hosts whose addresses a cluster has had for long. */
async function addressRanges(host: Host, folders: readonly ClusterFolder[]): Promise<readonly Prerequisite[]> {
  const clusters = folders.flatMap(folder => {
    const settings = readSettings(folder)
    return settings && host.isRoot ? [{ folder, settings }] : []
  })
  const looked = clusters.map(async ({ folder, settings }) => {
    const routes = await host.routes(folder.name)
    const others = clusters.filter(other => other.folder !== folder).map(other => other.settings)
    const conflict = conflictOf(settings, { others, routes })
    const name = `ranges of "${folder.name}"`
    if (!conflict) return { name, ok: true, found: `pods ${settings.podCidr}, services ${settings.serviceCidr}`, onlyForContainers: true }
    return {
      name,
      ok: false,
      found: `${conflict.range} for ${conflict.kind}: ${conflict.why}; what is there cannot be reached`,
      cure: `take that away, or remove the cluster with "${typed('reset', folder, host)}" and start it with other ranges`,
      onlyForContainers: true,
    }
  })
  return Promise.all(looked)
}
