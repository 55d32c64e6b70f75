/** What is to be made and deleted on one node. Upstream: podsShouldBeOnNode. */
import type { Note } from '#client/plan.ts'
import type { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { isAvailable, isReady, isScheduled, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isNone } from '#kinds/int-or-percent.ts'
import { type Failure, pauseMs } from './failures.ts'
import { REVISION_HASH } from './new-pod.ts'
import type { Placement } from './placement.ts'

export interface OnNode {
  readonly isMissing: boolean
  readonly remove: readonly Pod[]
  readonly events: readonly Note[]
  /** Whether a failed pod is among those that go. */
  readonly hasFailed?: boolean
  readonly againMs?: number
}
export interface NodeSight {
  readonly node: string
  readonly placement: Placement
  readonly pods: readonly Pod[]
  readonly hash: string
  /** What failed there before. */
  readonly failure: Failure | undefined
  readonly now: number
}

/**
 * | seen on the node | decided |
 * |---|---|
 * | no pod, and one should run | it is made; a pod that still goes away keeps its place |
 * | the node must not run one | all pods go |
 * | a pod that has failed, or ended | it goes; a failed one the later, the more often it happened (failures.ts) |
 * | more pods than one | all but the oldest go |
 * | old and new pod side by side, surging | the old one goes when it is not ready, or when the new one is available |
 */
export function decideOnNode(set: DaemonSet, { node, placement, pods, hash, failure, now }: NodeSight): OnNode {
  if (!placement.mayStay) return { isMissing: false, remove: pods.filter(pod => !isTerminating(pod)), events: [] }
  if (pods.length === 0) return { isMissing: placement.shouldRun, remove: [], events: [] }
  const staying = pods.filter(pod => !isTerminating(pod)).toSorted(oldestFirst)
  const failed = staying.filter(({ status }) => status.phase === 'Failed')
  const pause = pauseMs(failure, now)
  const due = pause > 0 ? [] : failed
  const ended = staying.filter(({ status }) => status.phase === 'Succeeded')
  const running = staying.filter(pod => !failed.includes(pod) && !ended.includes(pod))
  const told = (pod: Pod, word: string, verb: string) =>
    `Found ${word} daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node}, will try to ${verb} it`
  return {
    isMissing: false,
    remove: [...due, ...ended, ...surplus(set, running, { hash, now })],
    events: [
      ...due.map(pod => ({ type: 'Warning' as const, reason: 'FailedDaemonPod', message: told(pod, 'failed', 'kill') })),
      ...ended.map(pod => ({ type: 'Normal' as const, reason: 'SucceededDaemonPod', message: told(pod, 'succeeded', 'delete') })),
    ],
    hasFailed: due.length > 0,
    ...(failed.length > due.length && { againMs: pause }),
  }
}

function surplus(set: DaemonSet, running: readonly Pod[], { hash, now }: { readonly hash: string; readonly now: number }): readonly Pod[] {
  if (running.length <= 1) return []
  if (!surges(set)) return running.slice(1)
  const isNew = ({ metadata }: Pod) => metadata.labels?.[REVISION_HASH] === hash
  const [fresh, ...otherFresh] = running.filter(isNew)
  const [old, ...otherOld] = running.filter(pod => !isNew(pod))
  const isDone = fresh && old && (!isReady(old) || isAvailable(fresh, set.spec.minReadySeconds ?? 0, now))
  return [...otherFresh, ...otherOld, ...(isDone ? [old] : [])]
}
export const surges = ({ spec: { updateStrategy } }: DaemonSet): boolean =>
  updateStrategy.type === 'RollingUpdate' && !isNone(updateStrategy.rollingUpdate?.maxSurge)

/** Pods with a node first, then by age. */
export function oldestFirst(a: Pod, b: Pod): number {
  if (isScheduled(a) !== isScheduled(b)) return isScheduled(a) ? -1 : 1
  const [one, other] = [a.metadata, b.metadata].map(({ creationTimestamp = '', name = '' }) => `${creationTimestamp} ${name}`)
  return (one as string) < (other as string) ? -1 : 1
}
