/** Everything that a cluster has on the machine, found by name and place. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstOf, formatAddress, parseCidr } from '#base/cidr.ts'
import { nft } from '#base/nft.ts'
import { commandLineOf, run } from '#base/processes.ts'
import { delayFiles } from '../node-shutdown/delay.ts'
import { linkNames } from './links.ts'
import { cniConfigFile, cgroupPath, isOwnLink, nftTable } from './names.ts'

export interface Leftovers {
  readonly processes: readonly { readonly pid: number; readonly command: string }[]
  /** Deepest first. */
  readonly mounts: readonly { readonly path: string; readonly isNetworkNamespace: boolean }[]
  readonly links: readonly string[]
  readonly nftTables: readonly string[]
  /** Absolute folders, deepest first. */
  readonly cgroups: readonly string[]
  readonly folders: readonly string[]
  /** Configuration of other programs. */
  readonly files: readonly string[]
}
export interface Whereabouts {
  readonly cluster: string
  /** The cluster's data folder. */
  readonly root: string
}

const CGROUP_ROOT = '/sys/fs/cgroup'

/** Reads only. Links and tables need root; without it none are reported, since none can have been made. */
export async function findLeftovers({ cluster, root }: Whereabouts): Promise<Leftovers> {
  const isRoot = process.getuid?.() === 0
  return {
    processes: processesOf(cluster, root),
    mounts: mountsBelow(root, readFileSync('/proc/self/mounts', 'utf8')),
    links: isRoot ? [...(await podLinks(root)), ...linkNames().filter(name => isOwnLink(name, cluster))] : [],
    nftTables: isRoot ? await tablesOf(nftTable(cluster)) : [],
    cgroups: cgroupsOf(cluster),
    folders: existsSync(root) ? [root] : [],
    files: delayFiles(cluster),
  }
}

function processesOf(cluster: string, root: string) {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap(name => {
      const command = commandLineOf(Number(name))
      const isOurs = (command && isRuntime(command, root)) || isInCgroup(name, cluster)
      return command && isOurs ? [{ pid: Number(name), command: command.join(' ') }] : []
    })
}
/** Our containerd, its shims, and a server of this cluster: they name its folder; an editor or shell that does so is none of its processes. */
const isRuntime = ([program = '', ...rest]: readonly string[], root: string) =>
  /(^|\/)(containerd|containerd-shim[-\w]*|node)$/.test(program) && rest.some(word => word === root || word.startsWith(`${root}/`))
function isInCgroup(pid: string, cluster: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
      .split('\n')
      .some(line => `${line.split(':')[2]}/`.startsWith(`${cgroupPath(cluster)}/`))
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

/** Paths in /proc/mounts have blanks and backslashes in octal: proc_pid_mounts(5). */
const unescaped = (path: string) => path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
export function mountsBelow(root: string, mounts: string): Leftovers['mounts'] {
  return mounts
    .split('\n')
    .map(line => line.split(' '))
    .map(([, path = '', type]) => ({ path: unescaped(path), isNetworkNamespace: type === 'nsfs' }))
    .filter(({ path }) => path.startsWith(`${root}/`))
    .toSorted((a, b) => b.path.length - a.path.length)
}

interface Link {
  readonly ifname: string
  readonly addr_info: readonly { readonly local?: string }[]
}
/** The machine's ends of the pods' links: each carries the address that the pods have as their gateway. */
async function podLinks(root: string): Promise<readonly string[]> {
  const file = cniConfigFile(root)
  if (!existsSync(file)) return []
  const gateways = gatewaysIn(readFileSync(file, 'utf8'))
  const links = JSON.parse(await run(['ip', '-json', 'address', 'show'])) as readonly Link[]
  return links.filter(({ addr_info }) => addr_info.some(({ local }) => gateways.includes(local ?? ''))).map(({ ifname }) => ifname)
}
interface ConfList {
  readonly plugins?: readonly { readonly ipam?: { readonly ranges?: readonly (readonly { readonly subnet: string }[])[] } }[]
}
/** Of the ranges in a CNI configuration: unless told otherwise, host-local takes the first address of a range for it. */
export const gatewaysIn = (conflist: string): readonly string[] =>
  ((JSON.parse(conflist) as ConfList).plugins ?? [])
    .flatMap(({ ipam }) => ipam?.ranges ?? [])
    .flat()
    .flatMap(({ subnet }) => {
      const range = parseCidr(subnet)
      return range ? [formatAddress({ ...firstOf(range), bits: firstOf(range).bits + 1n })] : []
    })

async function tablesOf(main: string): Promise<readonly string[]> {
  const { nftables } = JSON.parse(await nft(['-j', 'list', 'tables'])) as {
    readonly nftables: readonly { readonly table?: { readonly family: string; readonly name: string } }[]
  }
  return nftables.flatMap(({ table }) =>
    table && (table.name === main || table.name.startsWith(`${main}_`)) ? [`${table.family} ${table.name}`] : [],
  )
}

/** In cgroup v2 there is one hierarchy, in v1 one per controller; links such as `cpu,cpuacct` are passed over. */
function cgroupsOf(cluster: string): readonly string[] {
  if (!existsSync(CGROUP_ROOT)) return []
  const hierarchies = [
    CGROUP_ROOT,
    ...readdirSync(CGROUP_ROOT, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => join(CGROUP_ROOT, entry.name)),
  ]
  return hierarchies.flatMap(hierarchy => {
    const path = join(hierarchy, cgroupPath(cluster))
    return existsSync(path) ? [...foldersBelow(path), path] : []
  })
}
function foldersBelow(path: string): readonly string[] {
  return entriesOf(path)
    .filter(entry => entry.isDirectory())
    .flatMap(entry => [...foldersBelow(join(path, entry.name)), join(path, entry.name)])
}
/** Of a cgroup that may go while it is looked at, with the last process in it. */
function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
