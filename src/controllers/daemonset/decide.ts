/** What a daemon set does next: a pod on each node that should have one, and the way from one template to the next. */
import type { Plan, Sight } from '#client/plan.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import type { DaemonSet, DaemonSetStatus } from '#kinds/apps/daemon-set.ts'
import type { Node } from '#kinds/core/node.ts'
import { isAvailable, isReady, isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { nextAvailabilityMs } from '../pods/availability.ts'
import { creationOf, deletionOf } from '../pods/steps.ts'
import { historyOf, outdated } from '../revisions/history.ts'
import type { Failures } from './failures.ts'
import { newPod, REVISION_HASH } from './new-pod.ts'
import { decideOnNode, oldestFirst } from './on-node.ts'
import { type Placement, placementOn, targetOf } from './placement.ts'
import { rollingStep } from './rolling-update.ts'

/** Upstream: BurstReplicas. */
const STEP_MAX = 250

interface More {
  /** All of them. */
  readonly nodes: readonly Node[]
  readonly failures: Failures
}
export type DaemonSetSight = Sight<DaemonSet, More>
export interface DaemonSetPlan extends Plan<DaemonSet> {
  /** Nodes whose failed pod is deleted. */
  readonly failed?: readonly string[]
}

/**
 * | seen | decided |
 * |---|---|
 * | it is being deleted | only the status |
 * | each node | a pod, none, or another one (on-node.ts, rolling-update.ts) |
 * | a pod for a node that is gone, not bound yet | it goes |
 * | a template that no revision has | a revision is made; old ones beyond revisionHistoryLimit go when no pod runs them |
 * | two revisions with one template | the later one stays; the other's pods count, and are labelled, as of the later one |
 */
export function decide(sight: DaemonSetSight): DaemonSetPlan {
  const { object: set, children, more, refusals, now } = sight
  const { nodes, failures } = more
  const history = historyOf(set, { revisions: children(ControllerRevision), refusals, label: REVISION_HASH })
  const { hash } = history.current
  const twins = new Set(history.duplicates.map(({ metadata }) => metadata.labels?.[REVISION_HASH]))
  const relabelled = children(Pod)
    .filter(pod => !isTerminating(pod) && twins.has(pod.metadata.labels?.[REVISION_HASH]))
    .map(pod => labelled(pod, hash))
  const pods = children(Pod).map(pod => relabelled.find(({ metadata }) => metadata.uid === pod.metadata.uid) ?? pod)
  const placements = new Map(nodes.map(node => [node.metadata.name as string, placementOn(node, set)]))
  const byTarget = Map.groupBy(
    pods.filter(pod => !(isTerminating(pod) && isTerminal(pod))),
    targetOf,
  )
  const podsOn = (node: string) => byTarget.get(node) ?? []
  const status = statusOf(sight, { placements, podsOn, hash, collisionCount: history.collisionCount })
  if (set.metadata.deletionTimestamp) return { status }
  const each = [...placements].map(([node, placement]) => ({
    node,
    ...decideOnNode(set, { node, placement, pods: podsOn(node), hash, failure: failures.get(node), now }),
  }))
  const wanted = [...placements].filter(([, { shouldRun }]) => shouldRun).map(([node]) => node)
  const byNode = new Map(
    [...placements.keys()].filter(node => wanted.includes(node) || podsOn(node).length).map(node => [node, podsOn(node)]),
  )
  const step = rollingStep(set, { byNode, desired: wanted.length, hash, now })
  const lost = [...byTarget].filter(([node]) => node === undefined || !placements.has(node)).flatMap(([, pods]) => pods)
  const remove = new Set([
    ...each.flatMap(({ remove }) => remove),
    ...step.remove,
    ...lost.filter(pod => !pod.spec.nodeName && !isTerminating(pod)),
  ])
  const create = new Set([...each.filter(({ isMissing }) => isMissing).map(({ node }) => node), ...step.surge])
  const again = [nextAvailabilityMs(pods, set.spec.minReadySeconds ?? 0, now), ...each.map(({ againMs }) => againMs)]
  const waits = again.filter(ms => ms !== undefined)
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_HASH]))
  const old = outdated(history, set.spec.revisionHistoryLimit, ({ metadata }) => live.has(metadata.labels?.[REVISION_HASH]))
  // Not before its pods are labelled anew: who reads the label finds its revision.
  const spare = relabelled.length ? [] : history.duplicates
  return {
    create: [...history.create, ...[...create].slice(0, STEP_MAX).map(node => creationOf(newPod(set, node, hash)))],
    update: [...history.update, ...relabelled.filter(pod => !remove.has(pod)).map(object => ({ kind: Pod, object }))],
    delete: [
      ...[...remove].slice(0, STEP_MAX).map(deletionOf),
      ...[...new Set([...spare, ...old])].map(object => ({ kind: ControllerRevision, object })),
    ],
    status,
    events: each.flatMap(({ events }) => events),
    failed: each.filter(({ hasFailed }) => hasFailed).map(({ node }) => node),
    ...(waits.length && { lookAgainMs: Math.min(...waits) }),
  }
}

const labelled = (pod: Pod, hash: string): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, [REVISION_HASH]: hash } },
})

interface Seen {
  readonly placements: ReadonlyMap<string, Placement>
  readonly podsOn: (node: string) => readonly Pod[]
  readonly hash: string
  readonly collisionCount: number | undefined
}
function statusOf(
  { object: { metadata, spec, status }, now }: DaemonSetSight,
  { placements, podsOn, hash, collisionCount }: Seen,
): DaemonSetStatus {
  const wanted = [...placements].filter(([, { shouldRun }]) => shouldRun).map(([node]) => podsOn(node).toSorted(oldestFirst))
  const running = wanted.filter(pods => pods.length > 0)
  const count = (holds: (pod: Pod) => boolean) => running.filter(pods => pods.some(holds)).length
  const numberAvailable = count(pod => isAvailable(pod, spec.minReadySeconds ?? 0, now))
  return {
    currentNumberScheduled: running.length,
    desiredNumberScheduled: wanted.length,
    numberMisscheduled: [...placements].filter(([node, { shouldRun }]) => !shouldRun && podsOn(node).length > 0).length,
    numberReady: count(isReady),
    updatedNumberScheduled: count(pod => pod.metadata.labels?.[REVISION_HASH] === hash),
    numberAvailable,
    numberUnavailable: wanted.length - numberAvailable,
    observedGeneration: metadata.generation ?? 0,
    ...(collisionCount !== undefined && { collisionCount }),
    ...(status.conditions && { conditions: status.conditions }),
  }
}
