/** Prefers nodes whose CPU and memory, or what else is named, would come to be used to the same degree. */
import { type Plugin, SCORE_MAX } from '../plugin.ts'
import { type Amounts, isScalar, requestsOfPod } from '../snapshot.ts'

const DEFAULT = { resources: [{ name: 'cpu' }, { name: 'memory' }] }

export const balancedAllocation = ({ resources }: { readonly resources: readonly { readonly name: string }[] } = DEFAULT): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  score: (pod, { allocatable, requested }) => {
    const own = requestsOfPod(pod)
    // Pods that ask for nothing would all go to the same node.
    if (!resources.some(({ name }) => own[name])) return 0
    const counted = resources.map(({ name }) => name).filter(name => allocatable[name] && (own[name] || !isScalar(name)))
    const balance = (more: Amounts) =>
      evenness(counted.map(name => Math.min(1, ((requested[name] ?? 0) + (more[name] ?? 0)) / (allocatable[name] as number))))
    // What counts is how the pod changes it: 75 when it does not.
    return HALF + Math.floor((HALF + balance(own) - balance({})) / 2)
  },
})
const HALF = SCORE_MAX / 2

/** From 50 to 100, which is when all are alike. */
function evenness(fractions: readonly number[]): number {
  const [a, b] = fractions
  if (a === undefined || b === undefined) return SCORE_MAX
  // As exact as upstream, which reckons two by themselves.
  if (fractions.length === 2) return Math.floor((1 - Math.abs((a - b) / 2)) * SCORE_MAX)
  const mean = fractions.reduce((total, fraction) => total + fraction, 0) / fractions.length
  const deviation = Math.sqrt(fractions.reduce((total, fraction) => total + (fraction - mean) * (fraction - mean), 0) / fractions.length)
  return Math.floor((1 - deviation) * SCORE_MAX)
}
