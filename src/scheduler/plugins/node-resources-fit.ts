/** Keeps the sum of requests below what a node offers, and prefers nodes by what would be left. */
import type { NodeResourcesFitArgs } from '#kinds/scheduler-configuration/plugin-args.ts'
import { type Plugin, SCORE_MAX } from '../plugin.ts'
import { isExtended } from '#kinds/core/resource-names.ts'
import { type Amounts, assumedOfNewPod, isScalar, requestsOfPod } from '../snapshot.ts'

type Strategy = Pick<NodeResourcesFitArgs['scoringStrategy'], 'type' | 'resources' | 'requestedToCapacityRatio'>
type Args = Pick<NodeResourcesFitArgs, 'ignoredResources' | 'ignoredResourceGroups'> & { readonly scoringStrategy: Strategy }
const DEFAULT: Args = {
  scoringStrategy: {
    type: 'LeastAllocated',
    resources: [
      { name: 'cpu', weight: 1 },
      { name: 'memory', weight: 1 },
    ],
  },
}
/** What a score of a shape is multiplied by. Upstream: MaxNodeScore / MaxCustomPriorityScore. */
const SHAPE_SCALE = 10

export function nodeResourcesFit({ ignoredResources = [], ignoredResourceGroups = [], scoringStrategy }: Args = DEFAULT): Plugin {
  const isIgnored = (name: string) =>
    isExtended(name) && (ignoredResources.includes(name) || ignoredResourceGroups.includes(name.slice(0, name.indexOf('/'))))
  return {
    name: 'NodeResourcesFit',
    filter: (pod, { pods, allocatable, requested }) => {
      const tooMany = pods.length + 1 > (allocatable['pods'] ?? 0) ? ['Too many pods'] : []
      const short = Object.entries(requestsOfPod(pod))
        .filter(([name, amount]) => amount > 0 && amount > (allocatable[name] ?? 0) - (requested[name] ?? 0) && !isIgnored(name))
        .map(([name]) => `Insufficient ${name}`)
      return [...tooMany, ...short]
    },
    evictionHelps: (pod, { allocatable }) =>
      Object.entries(requestsOfPod(pod)).every(([name, amount]) => amount <= (allocatable[name] ?? 0) || isIgnored(name)),
    score: (pod, { allocatable, assumed }) => scoreBy(scoringStrategy, assumedOfNewPod(pod), { allocatable, assumed }),
  }
}

interface Room {
  readonly allocatable: Amounts
  readonly assumed: Amounts
}
function scoreBy(strategy: Strategy, own: Amounts, { allocatable, assumed }: Room): number {
  const isByShape = strategy.type === 'RequestedToCapacityRatio'
  const scores = (strategy.resources ?? [])
    .filter(({ name }) => allocatable[name] && (own[name] || !isScalar(name)))
    .map(({ name, weight }) => {
      const taken = (assumed[name] ?? 0) + (own[name] ?? 0)
      return { weight, score: resourceScore(strategy, taken, allocatable[name] as number) }
    })
    // Upstream leaves out what the shape gives nothing for.
    .filter(({ score }) => !isByShape || score > 0)
  const weights = scores.reduce((total, { weight }) => total + weight, 0)
  if (weights === 0) return 0
  const mean = scores.reduce((total, { weight, score }) => total + weight * score, 0) / weights
  return isByShape ? Math.round(mean) : Math.floor(mean)
}
function resourceScore({ type, requestedToCapacityRatio }: Strategy, taken: number, offered: number): number {
  switch (type) {
    case 'LeastAllocated':
      return taken > offered ? 0 : Math.floor(((offered - taken) * SCORE_MAX) / offered)
    case 'MostAllocated':
      return Math.floor((Math.min(taken, offered) * SCORE_MAX) / offered)
    case 'RequestedToCapacityRatio':
      return shapeScore(requestedToCapacityRatio?.shape ?? [], taken > offered ? 100 : Math.floor((taken * 100) / offered))
  }
}
interface Point {
  readonly utilization: number
  readonly score: number
}
/** Straight between the points, level beyond them. Upstream: helper.BuildBrokenLinearFunction. */
export function shapeScore(shape: readonly Point[], utilization: number): number {
  const at = shape.findIndex(point => utilization <= point.utilization)
  const [from, to] = at < 0 ? [shape.at(-1), shape.at(-1)] : [shape[Math.max(0, at - 1)], shape[at]]
  if (!from || !to) return 0
  if (from === to) return to.score * SHAPE_SCALE
  const rise = (to.score - from.score) * SHAPE_SCALE
  return from.score * SHAPE_SCALE + Math.trunc((rise * (utilization - from.utilization)) / (to.utilization - from.utilization))
}
