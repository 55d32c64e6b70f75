/** Keeps the sum of requests below what a node offers, and prefers nodes with more left. */
import { type Plugin, SCORE_MAX } from '../plugin.ts'
import { assumedOfPod, requestsOfPod } from '../snapshot.ts'

/** What is weighed when nodes are compared (LeastAllocated, the default strategy). */
const WEIGHED = ['cpu', 'memory'] as const

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  filter: (pod, { pods, allocatable, requested }) => {
    const tooMany = pods.length + 1 > (allocatable['pods'] ?? 0) ? ['Too many pods'] : []
    const short = Object.entries(requestsOfPod(pod))
      .filter(([name, amount]) => amount > 0 && amount > (allocatable[name] ?? 0) - (requested[name] ?? 0))
      .map(([name]) => `Insufficient ${name}`)
    return [...tooMany, ...short]
  },
  evictionHelps: (pod, { allocatable }) => Object.entries(requestsOfPod(pod)).every(([name, amount]) => amount <= (allocatable[name] ?? 0)),
  score: (pod, { allocatable, assumed }) => {
    const own = assumedOfPod(pod)
    const shares = WEIGHED.filter(name => allocatable[name]).map(name => {
      const offered = allocatable[name] as number
      const taken = (assumed[name] ?? 0) + (own[name] ?? 0)
      return taken > offered ? 0 : Math.floor(((offered - taken) * SCORE_MAX) / offered)
    })
    return shares.length ? Math.floor(shares.reduce((total, share) => total + share, 0) / shares.length) : 0
  },
}
