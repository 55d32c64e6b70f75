/** Control groups: made and limited, that of a pod before its sandbox, and taken away after its last process. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Amounts, limitsOf, requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import { hugePageSize, hugePagesOf } from '../runtime/huge-pages.ts'
import { CPU_PERIOD_US, cpuQuota, cpuShares } from '../runtime/quality.ts'

const ROOT = '/sys/fs/cgroup'
/** Of version 1, those through which a pod is limited. */
const CONTROLLERS_V1 = [
  'cpu',
  'memory',
  'pids',
  'cpuset',
  'cpuacct',
  'blkio',
  'devices',
  'freezer',
  'systemd',
  'hugetlb',
  'net_cls',
  'perf_event',
  'unified',
]

/** 2 when the machine has the unified hierarchy only. */
export const cgroupVersion = (): 1 | 2 => (existsSync(join(ROOT, 'cgroup.controllers')) ? 2 : 1)

export interface CgroupKind {
  readonly version: 1 | 2
  /** How many threads a pod may have; undefined when that is not limited. */
  readonly pidsMax?: number | undefined
  readonly ignoresCpuLimits?: boolean
}
/** What the processes of a group may use together; what is not said is not limited. */
export interface GroupLimits {
  /** The weight against the groups beside it. */
  readonly milliCpu: number
  readonly milliCpuMax?: number
  readonly memoryBytesMax?: number
  readonly pidsMax?: number | undefined
  /** In bytes, by resource name: `hugepages-2Mi`. */
  readonly hugePagesMax?: Readonly<Record<string, number>>
}

/** The values of a group, by file. */
export function groupValues(limits: GroupLimits, version: 1 | 2): Readonly<Record<string, string>> {
  const { milliCpu, milliCpuMax = 0, memoryBytesMax = 0, pidsMax, hugePagesMax = {} } = limits
  const shares = cpuShares(milliCpu)
  const quota = cpuQuota(milliCpuMax)
  const hugePages = Object.entries(hugePagesMax).map(([name, bytes]) => [hugePageSize(name), String(bytes)] as const)
  if (version === 2)
    return {
      // The formula of runc and the kubelet: [2, 262144] onto [1, 10000].
      'cpu.weight': String(1 + Math.trunc(((shares - 2) * 9999) / 262_142)),
      'cpu.max': `${quota > 0 ? quota : 'max'} ${CPU_PERIOD_US}`,
      'memory.max': memoryBytesMax > 0 ? String(memoryBytesMax) : 'max',
      'pids.max': String(pidsMax ?? 'max'),
      ...Object.fromEntries(hugePages.map(([size, bytes]) => [`hugetlb.${size}.max`, bytes])),
    }
  return {
    'cpu/cpu.shares': String(shares),
    'cpu/cpu.cfs_period_us': String(CPU_PERIOD_US),
    'cpu/cpu.cfs_quota_us': String(quota),
    'memory/memory.limit_in_bytes': String(memoryBytesMax > 0 ? memoryBytesMax : -1),
    'pids/pids.max': String(pidsMax ?? 'max'),
    ...Object.fromEntries(hugePages.map(([size, bytes]) => [`hugetlb/hugetlb.${size}.limit_in_bytes`, bytes])),
  }
}

/** What a pod is limited to as a whole: in what it is limited itself, or in what all of its containers are. */
export function podLimits(pod: Pod): Amounts {
  const isLimited = (name: string) =>
    pod.spec.resources?.limits?.[name] !== undefined ||
    [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].every(({ resources }) => resources?.limits?.[name])
  return Object.fromEntries(Object.entries(limitsOf(pod)).filter(([name]) => !['cpu', 'memory'].includes(name) || isLimited(name)))
}
/** The values that limit a pod as a whole, by file. */
export function podCgroupValues(pod: Pod, { version, pidsMax, ignoresCpuLimits }: CgroupKind): Readonly<Record<string, string>> {
  const limits = podLimits(pod)
  return groupValues(
    {
      milliCpu: milliValue(requestsOf(pod).cpu ?? '0'),
      milliCpuMax: ignoresCpuLimits ? 0 : milliValue(limits.cpu ?? '0'),
      memoryBytesMax: quantityValue(limits.memory ?? '0'),
      pidsMax,
      hugePagesMax: hugePagesOf(limits),
    },
    version,
  )
}

/** Makes the group, or brings its limits up to date. */
export const applyPodCgroup = (pod: Pod, path: string, kind: CgroupKind): Promise<void> =>
  applyGroup(path, podCgroupValues(pod, kind), kind.version)

/** `path` is relative to the hierarchy: `/knarr/x/kubepods/pod…`. What the kernel does not limit is left out. Throws what the kernel refuses. */
export async function applyGroup(path: string, values: Readonly<Record<string, string>>, version: 1 | 2): Promise<void> {
  if (version === 2) await makeV2(path)
  for (const [file, value] of Object.entries(values)) {
    const target = fileIn(path, file, version)
    if (version === 1 && !existsSync(join(ROOT, dirname(file)))) continue
    await mkdir(dirname(target), { recursive: true })
    if (existsSync(target)) await writeFile(target, value)
  }
}

/** What the kernel has in these files of a group; without those that there are not. */
export async function readGroup(path: string, files: readonly string[], version: 1 | 2): Promise<Readonly<Record<string, string>>> {
  const found = files.map(file => [file, fileIn(path, file, version)] as const).filter(([, target]) => existsSync(target))
  return Object.fromEntries(
    await Promise.all(found.map(async ([file, target]) => [file, (await readFile(target, 'utf8')).trim()] as const)),
  )
}
const fileIn = (path: string, file: string, version: 1 | 2): string =>
  version === 2 ? join(ROOT, path, file) : join(ROOT, dirname(file), path, file.split('/')[1] as string)

/** Version 2 hands controllers down only where each parent says so. */
async function makeV2(path: string): Promise<void> {
  let at = ROOT
  for (const part of path.split('/').filter(Boolean)) {
    const available = (await readFile(join(at, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean)
    const enabled = new Set((await readFile(join(at, 'cgroup.subtree_control'), 'utf8')).trim().split(' '))
    for (const controller of available) if (!enabled.has(controller)) await writeFile(join(at, 'cgroup.subtree_control'), `+${controller}`)
    at = join(at, part)
    await mkdir(at, { recursive: true })
  }
}

const hierarchies = (version: 1 | 2): readonly string[] => (version === 2 ? [ROOT] : CONTROLLERS_V1.map(name => join(ROOT, name)))

/** The groups of the classes, below the group of all pods; guaranteed pods stand in that itself. */
export const CLASS_GROUPS = ['', '/burstable', '/besteffort'] as const
/** The UIDs of pods that have a group in any hierarchy. */
export async function podsWithGroups(root: string, version: 1 | 2): Promise<ReadonlySet<string>> {
  const folders = hierarchies(version).flatMap(hierarchy => CLASS_GROUPS.map(name => join(hierarchy, `${root}${name}`)))
  const names = await Promise.all(folders.filter(existsSync).map(folder => readdir(folder)))
  return new Set(names.flat().flatMap(name => (name.startsWith('pod') ? [name.slice('pod'.length)] : [])))
}

/** Removes the group and what is below it in all hierarchies; groups that still hold processes stay. */
export async function removeCgroup(path: string, version: 1 | 2): Promise<void> {
  for (const root of hierarchies(version)) if (existsSync(join(root, path))) await removeTree(join(root, path))
}
async function removeTree(path: string): Promise<void> {
  try {
    for (const entry of await readdir(path, { withFileTypes: true })) if (entry.isDirectory()) await removeTree(join(path, entry.name))
    await rmdir(path)
  } catch (error) {
    // The runtime removes groups, too.
    if (!['EBUSY', 'ENOENT', 'ENODEV', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
