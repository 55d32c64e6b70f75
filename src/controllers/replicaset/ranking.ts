/** Which pods go first when there are too many. Upstream: pkg/controller, ActivePodsWithRanks. */
import { createdAt, deletionCost, isReady, isScheduled, readySince, restarts } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

const USEFULNESS: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** The number of pods on each pod's node, by node name. `related`: all pods whose nearness counts, those of sibling sets too. */
export type Crowd = ReadonlyMap<string, number>
export function crowdOf(related: readonly Pod[]): Crowd {
  const crowd = new Map<string, number>()
  for (const { spec } of related) crowd.set(spec.nodeName ?? '', (crowd.get(spec.nodeName ?? '') ?? 0) + 1)
  return crowd
}

/** The pods whose loss hurts least. Each line breaks the ties of the line above. */
export const firstToGo = (pods: readonly Pod[], count: number, { crowd, now }: { crowd: Crowd; now: number }): readonly Pod[] =>
  pods
    .toSorted(
      (a, b) =>
        rise(a, b, pod => Number(isScheduled(pod))) ||
        rise(a, b, pod => USEFULNESS[pod.status.phase ?? 'Pending'] ?? 2) ||
        rise(a, b, pod => Number(isReady(pod))) ||
        rise(a, b, deletionCost) ||
        rise(b, a, pod => crowd.get(pod.spec.nodeName ?? '') ?? 0) ||
        youngerFirst(a, b, { since: readySince, now }) ||
        rise(b, a, restarts) ||
        youngerFirst(a, b, { since: createdAt, now }),
    )
    .slice(0, Math.max(0, count))

const rise = (a: Pod, b: Pod, value: (pod: Pod) => number) => value(a) - value(b)

/** Ages of the same magnitude count as equal, so that it is not always the youngest that goes (KEP-2185). */
function youngerFirst(a: Pod, b: Pod, { since, now }: { since: (pod: Pod) => number | undefined; now: number }): number {
  const [one, other] = [since(a), since(b)]
  if (one === other) return 0
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1
  const difference = magnitude(now - one) - magnitude(now - other)
  if (difference !== 0) return difference
  return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1
}
/** The power of two, in nanoseconds. */
const magnitude = (ageMs: number): number => (ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : -1)
