/** One scheduling decision: where a pod goes, or why nowhere. Pure. */
import type { Pod } from '#kinds/core/pod.ts'
import type { Filter, Moves, Plugin } from './plugin.ts'
import { classOf, listOf, question, recall } from './recall.ts'
import { type NodeInfo, nodeName, priorityOf, type Snapshot, withPods } from './snapshot.ts'

/** Why a node was ruled out, and by which plugin. */
export interface Verdict {
  readonly plugin: Plugin
  readonly reasons: readonly string[]
}
export interface Refused {
  readonly node?: undefined
  /** In upstream's words: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
  readonly message: string
  /** Names of the plugins that ruled nodes out. */
  readonly plugins: readonly string[]
  /** By node. */
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** Whether a plugin forbade all nodes at once, so that none was looked at. */
  readonly isForbidden: boolean
}
export type Decision = { readonly node: string } | Refused

export interface Way {
  readonly plugins: readonly Plugin[]
  /** Breaks ties between equally good nodes: a number from 0 up to 1. */
  readonly chance: number
  /** After so many fitting nodes the search ends; 0 or absent: as the size of the cluster advises. */
  readonly percentageOfNodesToScore?: number | undefined
}
export function schedule(pod: Pod, snapshot: Snapshot, way: Way): Decision {
  const found = search(pod, snapshot, way)
  return found.feasible.length ? { node: choose(pod, { snapshot, feasible: found.feasible }, way) } : refusal(snapshot, found)
}

/** The nodes that will do, and why others will not; nodes that were not looked at are in neither. */
export interface Search {
  readonly feasible: readonly NodeInfo[]
  /** By node. */
  readonly found: ReadonlyMap<string, Verdict>
  /** Why no node was looked at. */
  readonly forbidden?: Verdict | undefined
  /** Those plugins that left nodes out by name. */
  readonly limiting?: readonly Plugin[]
}
/** `isPromiseOver`: the node for which room was made is no better than others. */
export function search(pod: Pod, snapshot: Snapshot, { plugins, chance, percentageOfNodesToScore }: Way, isPromiseOver = false): Search {
  const forbidden = snapshot.nodes.length ? prohibition(pod, snapshot, plugins) : undefined
  if (forbidden) return { feasible: [], found: new Map(), forbidden }
  const verdictOf = verdicts(pod, snapshot, plugins)
  // Room was made there for this pod: it is not to be wasted.
  const nominated = isPromiseOver ? undefined : pod.status?.nominatedNodeName
  const promised = nominated ? snapshot.nodes.find(info => nodeName(info) === nominated) : undefined
  const disappointment = promised && verdictOf(promised)
  if (promised && !disappointment) return { feasible: [promised], found: new Map() }
  const { nodes, found, limiting } = inQuestion(pod, snapshot, { plugins, disappointment })
  if (promised && disappointment) found.set(nodeName(promised), disappointment)
  const feasible: NodeInfo[] = []
  const enough = enoughNodes(nodes.length, percentageOfNodesToScore)
  // In a large cluster the search ends early; it begins anywhere, so that every node gets its turn.
  const first = enough < nodes.length ? Math.floor(chance * nodes.length) : 0
  for (let i = 0; i < nodes.length && feasible.length < enough; i++) {
    const info = nodes[(first + i) % nodes.length] as NodeInfo
    const verdict = verdictOf(info)
    if (verdict) found.set(nodeName(info), verdict)
    else feasible.push(info)
  }
  return { feasible, found, limiting }
}
interface Limits {
  readonly plugins: readonly Plugin[]
  /** Why the node for which room was made will not do. */
  readonly disappointment: Verdict | undefined
}
/** The nodes that no plugin leaves out by name, and why the others are. */
function inQuestion(pod: Pod, { nodes }: Snapshot, { plugins, disappointment }: Limits) {
  const found = new Map<string, Verdict>()
  const limits = plugins.flatMap(plugin => {
    const names = plugin.nodeNames?.(pod)
    return names ? [{ plugin, names }] : []
  })
  const limiting = limits.map(({ plugin }) => plugin)
  // Upstream tells of the one that ruled the promised node out among those that left nodes out.
  const told = new Set([...limiting, ...(disappointment ? [disappointment.plugin] : [])].map(({ name }) => name))
  const reasons = [`node(s) didn't satisfy plugin(s) [${[...told].toSorted().join(' ')}]`]
  for (const { plugin, names } of limits)
    for (const info of nodes) if (!names.has(nodeName(info))) found.set(nodeName(info), { plugin, reasons })
  return { nodes: found.size ? nodes.filter(info => !found.has(nodeName(info))) : nodes, found, limiting }
}
/** What the first plugin says that forbids all nodes. */
function prohibition(pod: Pod, snapshot: Snapshot, plugins: readonly Plugin[]): Verdict | undefined {
  for (const plugin of plugins) {
    const reason = plugin.forbids?.(pod, snapshot)
    if (reason !== undefined) return { plugin, reasons: [reason] }
  }
  return undefined
}
export function refusal({ nodes }: Snapshot, { found, forbidden, limiting = [] }: Search): Refused {
  if (forbidden) {
    const message = available(nodes.length, forbidden.reasons)
    return { message, plugins: [forbidden.plugin.name], verdicts: found, isForbidden: true }
  }
  const refused = [...found.values()]
  const reasons = refused.flatMap(each => each.reasons)
  const names = [...(nodes.length ? limiting : []), ...refused.map(({ plugin }) => plugin)].map(({ name }) => name)
  return { message: unavailable(nodes.length, reasons), plugins: [...new Set(names)], verdicts: found, isForbidden: false }
}
/** The best of the nodes that will do; `more` is added to their scores. */
export function choose(pod: Pod, { snapshot, feasible }: Field, { plugins, chance }: Way, more?: readonly number[]): string {
  if (feasible.length === 1) return nodeName(feasible[0] as NodeInfo)
  const own = totalScores(pod, { snapshot, feasible }, plugins)
  const totals = more ? own.map((total, i) => total + (more[i] ?? 0)) : own
  const highest = totals.reduce((most, each) => Math.max(most, each), -Infinity)
  const best = feasible.filter((_, i) => totals[i] === highest)
  return nodeName(best[Math.floor(chance * best.length)] as NodeInfo)
}

/** Nobody waits longer because the best of all is looked for where one of many is good enough. Upstream: numFeasibleNodesToFind. */
export function enoughNodes(all: number, percentage = 0): number {
  const percent = percentage || Math.max(FEASIBLE.percentMin, FEASIBLE.percent - Math.floor(all / FEASIBLE.perPercent))
  return Math.min(all, Math.max(FEASIBLE.min, Math.floor((all * percent) / 100)))
}
/** In clusters below `min` nodes all are looked at; from there on half of them, and one percent less for every `perPercent` nodes. */
const FEASIBLE = { min: 100, percent: 50, perPercent: 125, percentMin: 5 }

/** Says of a node why the pod cannot run there, when these have gone from it. */
export type Judge = (info: NodeInfo, gone?: readonly Pod[]) => Verdict | undefined
/** Judges also in the company of pods, not less important, for which room is being made. */
export function verdicts(pod: Pod, snapshot: Snapshot, plugins: readonly Plugin[]): Judge {
  const beyond = plugins.findIndex(({ filterFor }) => filterFor)
  const [leading, others] = beyond < 0 ? [plugins, []] : [plugins.slice(0, beyond), plugins.slice(beyond)]
  const own = filtersOf(leading, pod, snapshot)
  const asked = question(`filters of ${classOf(pod)} by ${listOf(plugins)}`)
  const onNode = (info: NodeInfo) => recall(info, asked, () => firstNo(pod, info, own))
  const wide = filtersOf(others, pod, snapshot)
  return (info, gone = NOBODY) => {
    const nominated = snapshot.nominated(nodeName(info))
    const promised = nominated.filter(other => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod))
    if (promised.length) {
      const fuller = withPods(info, [...info.pods, ...promised])
      const verdict = firstNo(pod, fuller, own) ?? firstNo(pod, fuller, wide, { come: promised, gone })
      if (verdict) return verdict
    }
    // They may not come after all, so that it must not depend on them either.
    return onNode(info) ?? firstNo(pod, info, wide, gone.length ? { come: NOBODY, gone } : undefined)
  }
}
const NOBODY: readonly Pod[] = []
type ReadyFilter = readonly [plugin: Plugin, filter: Filter]
const filtersOf = (plugins: readonly Plugin[], pod: Pod, snapshot: Snapshot): readonly ReadyFilter[] =>
  plugins.flatMap(plugin => {
    const filter = plugin.filter ?? plugin.filterFor?.(pod, snapshot)
    return filter ? [[plugin, filter] as const] : []
  })

/** The first plugin that rules the node out, with its reasons. */
function firstNo(pod: Pod, info: NodeInfo, filters: readonly ReadyFilter[], moves?: Moves): Verdict | undefined {
  for (const [plugin, filter] of filters) {
    const reasons = filter(pod, info, moves)
    if (reasons.length) return { plugin, reasons }
  }
  return undefined
}

interface Field {
  readonly snapshot: Snapshot
  readonly feasible: readonly NodeInfo[]
}
/** The points of each node that will do, in their order. */
export function totalScores(pod: Pod, { snapshot, feasible }: Field, plugins: readonly Plugin[]): readonly number[] {
  const asked = question(`scores of ${classOf(pod)} by ${listOf(plugins)}`)
  const own = feasible.map(info => recall(info, asked, () => plugins.map(({ score }) => score?.(pod, info) ?? 0)))
  const totals = new Array<number>(feasible.length).fill(0)
  for (const [at, { score, normalize, rank, weight = 1 }] of plugins.entries()) {
    const raw = score ? own.map(scores => scores[at] ?? 0) : rank?.(pod, snapshot, feasible)
    if (!raw) continue
    const scores = normalize ? normalize(raw) : raw
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (scores[i] ?? 0)
  }
  return totals
}

/** Counts each reason. Upstream: framework, FitError.Error. */
export function unavailable(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted()
  return available(nodes, parts)
}
/** So much of a message as an event can hold. Upstream: truncateMessage. */
export const noteOf = (message: string): string =>
  message.length <= NOTE_MAX ? message : `${message.slice(0, NOTE_MAX - CUT_OFF.length)}${CUT_OFF}`
const NOTE_MAX = 1_024
const CUT_OFF = ' ...'
const available = (nodes: number, why: readonly string[]) =>
  nodes === 0 ? 'no nodes available to schedule pods' : `0/${nodes} nodes are available: ${why.join(', ')}.`
