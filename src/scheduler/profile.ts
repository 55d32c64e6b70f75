/** A scheduler under a name of its own: which plugins have a say, and how much it counts. Upstream: profile, and the merging of plugin sets. */
import type { Profile as Declared, SchedulerConfiguration } from '#kinds/scheduler-configuration/read.ts'
import type { Plugin } from './plugin.ts'
import { DYNAMIC_RESOURCES } from './plugins/dynamic-resources.ts'
import { pluginsWith } from './plugins/index.ts'

export interface Profile {
  /** Pods ask for it by this name. */
  readonly name: string
  readonly plugins: readonly Plugin[]
  /** Whether others may have to go for a pod that finds no node. */
  readonly preempts: boolean
  /** Whether devices are chosen for claims. */
  readonly allots: boolean
  readonly percentageOfNodesToScore?: number | undefined
}
export const DEFAULT_NAME = 'default-scheduler'
const PREEMPTION = 'DefaultPreemption'

/** By name. Without a configuration there is the default one. */
export function profilesOf(configuration?: SchedulerConfiguration): ReadonlyMap<string, Profile> {
  const declared: readonly Declared[] = configuration?.profiles ?? [{ schedulerName: DEFAULT_NAME, args: {} }]
  return new Map(
    declared.map(profile => [
      profile.schedulerName,
      {
        name: profile.schedulerName,
        plugins: pluginsOf(profile),
        allots: runs(DYNAMIC_RESOURCES, profile, 'filter'),
        preempts: runs(PREEMPTION, profile, 'postFilter'),
        percentageOfNodesToScore: profile.percentageOfNodesToScore ?? configuration?.percentageOfNodesToScore,
      },
    ]),
  )
}

function pluginsOf(profile: Declared): readonly Plugin[] {
  return inOrder(pluginsWith(profile.args), profile).flatMap(plugin => {
    const { gates, forbids, nodeNames, filter, filterFor, evictionHelps, score, normalize, rank, ...rest } = plugin
    const filters = runs(plugin.name, profile, 'filter')
    const scores = runs(plugin.name, profile, 'score')
    if (!filters && !scores) return []
    return {
      ...rest,
      weight: weightOf(plugin, profile),
      ...(filters && definedOnly({ gates, forbids, nodeNames, filter, filterFor, evictionHelps })),
      ...(scores && definedOnly({ score, normalize, rank })),
    }
  })
}

/** The order in which they filter: as usual, but what is enabled anew comes last; then first those that the filters' own list repeats, and last those that only it names. */
function inOrder(all: readonly Plugin[], { plugins }: Declared): readonly Plugin[] {
  const { enabled = [], disabled = [] } = plugins?.multiPoint ?? {}
  const named = (list: readonly { readonly name: string }[]) => list.flatMap(({ name }) => all.find(plugin => plugin.name === name) ?? [])
  const isAway = ({ name }: Plugin) => disabled.some(each => each.name === name || each.name === '*')
  const usual = [...new Set([...all.filter(plugin => !isAway(plugin)), ...named(enabled)])]
  const own = named(plugins?.filter?.enabled ?? [])
  const [again, anew] = [own.filter(plugin => usual.includes(plugin)), own.filter(plugin => !usual.includes(plugin))]
  return [...new Set([...again, ...usual, ...anew, ...all])]
}

type Point = 'filter' | 'score' | 'postFilter'
/** What is said of the single point counts more than what is said of all; what is enabled more than what is disabled. */
function runs(name: string, { plugins }: Declared, point: Point): boolean {
  for (const set of [plugins?.[point], plugins?.multiPoint]) {
    if (set?.enabled?.some(each => each.name === name)) return true
    if (set?.disabled?.some(each => each.name === name || each.name === '*')) return false
  }
  return true
}
function weightOf({ name, weight = 1 }: Plugin, { plugins }: Declared): number {
  for (const set of [plugins?.score, plugins?.multiPoint]) {
    const enabled = set?.enabled?.find(each => each.name === name)
    if (enabled) return enabled.weight || 1
  }
  return weight
}
const definedOnly = <T extends object>(parts: T) =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as { [K in keyof T]: NonNullable<T[K]> }
