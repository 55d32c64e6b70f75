/** The next step of a daemon set from old pods to new ones. Upstream: pkg/controller/daemon/update.go. */
import type { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { isAvailable, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { scaled } from '#kinds/int-or-percent.ts'
import { REVISION_HASH } from './new-pod.ts'

export interface RollingStep {
  /** Old pods that go. */
  readonly remove: readonly Pod[]
  /** Nodes that get a new pod beside the old one. */
  readonly surge: readonly string[]
}
interface Rollout {
  /** By node: every node that has pods or should have one. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>
  /** Nodes that should run the pod. */
  readonly desired: number
  readonly hash: string
  readonly now: number
}
const nothing: RollingStep = { remove: [], surge: [] }

/**
 * | strategy | then |
 * |---|---|
 * | OnDelete | nothing: whoever deletes a pod gets a new one |
 * | maxUnavailable | old pods that are not available go; of the others as many as may be missing beside the new ones that are not available yet |
 * | maxSurge | nodes whose old pod is not available get a new one, and of the others as many as the surge allows; an old pod goes when its new one is available |
 */
export function rollingStep(set: DaemonSet, { byNode, desired, hash, now }: Rollout): RollingStep {
  const { type, rollingUpdate } = set.spec.updateStrategy
  if (type !== 'RollingUpdate' || desired === 0) return nothing
  const maxSurge = scaled(rollingUpdate?.maxSurge ?? 0, desired, 'up')
  const maxUnavailable = scaled(rollingUpdate?.maxUnavailable ?? 1, desired, 'up') || (maxSurge === 0 ? 1 : 0)
  const serves = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)
  const pairs = [...byNode].map(([node, pods]) => ({ node, ...pairOf(pods, hash) }))
  const olds = pairs.flatMap(({ node, fresh, old, isClear }) => (isClear && old && !fresh ? [{ node, old }] : []))
  const idle = olds.filter(({ old }) => !serves(old))
  const serving = olds.filter(({ old }) => serves(old))
  if (maxSurge === 0) {
    const missing = pairs.filter(({ fresh, old, isClear }) => !isClear || (fresh ? Boolean(old) || !serves(fresh) : !old)).length
    const allowed = Math.max(0, maxUnavailable - missing)
    return { remove: [...idle, ...serving.slice(0, allowed)].map(({ old }) => old), surge: [] }
  }
  const both = pairs.flatMap(({ fresh, old, isClear }) => (isClear && fresh && old ? [{ fresh, old }] : []))
  const pending = pairs.filter(({ isClear }) => !isClear).length + both.filter(({ fresh }) => !serves(fresh)).length
  return {
    remove: both.filter(({ fresh }) => serves(fresh)).map(({ old }) => old),
    surge: [...idle, ...serving.slice(0, Math.max(0, maxSurge - pending))].map(({ node }) => node),
  }
}

/** At most one new and one old pod; not clear while there are more of a sort, which are cleaned up elsewhere. */
function pairOf(pods: readonly Pod[], hash: string) {
  const staying = pods.filter(pod => !isTerminating(pod))
  const isNew = ({ metadata }: Pod) => metadata.labels?.[REVISION_HASH] === hash
  const fresh = staying.filter(isNew)
  const old = staying.filter(pod => !isNew(pod))
  return { fresh: fresh[0], old: old[0], isClear: fresh.length <= 1 && old.length <= 1 }
}
