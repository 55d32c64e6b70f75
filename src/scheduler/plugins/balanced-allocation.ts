/** Prefers nodes on which CPU and memory, or what else is named, would be used to the same degree. */
import { type Plugin, SCORE_MAX } from '../plugin.ts'
import { requestsOfPod } from '../snapshot.ts'

const DEFAULT = { resources: [{ name: 'cpu' }, { name: 'memory' }] }

export const balancedAllocation = ({ resources }: { readonly resources: readonly { readonly name: string }[] } = DEFAULT): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  score: (pod, { allocatable, requested }) => {
    const own = requestsOfPod(pod)
    const fractions = resources
      .filter(({ name }) => allocatable[name])
      .map(({ name }) => Math.min(1, ((requested[name] ?? 0) + (own[name] ?? 0)) / (allocatable[name] as number)))
    const mean = fractions.reduce((total, fraction) => total + fraction, 0) / (fractions.length || 1)
    const deviation = Math.sqrt(fractions.reduce((total, fraction) => total + (fraction - mean) ** 2, 0) / (fractions.length || 1))
    return Math.floor((1 - deviation) * SCORE_MAX)
  },
})
