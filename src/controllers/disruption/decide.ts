/** How many pods of a budget may be evicted now. Upstream: pkg/controller/disruption. */
import { timestamp } from '#base/clock.ts'
import type { Note, Plan, Sight } from '#client/plan.ts'
import { isReady, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { scaled } from '#kinds/int-or-percent.ts'
import { withCondition } from '#kinds/meta/conditions.ts'
import { selectorNotation } from '#kinds/meta/selecting.ts'
import type { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'

/** An eviction that was granted and led to nothing counts no longer (upstream: DeletionTimeout). */
const GRANTED_MAX_MS = 120_000

export interface Guarded {
  /** The pods that the budget selects. */
  readonly pods: readonly Pod[]
  /** How many pods their controllers want together; what is wrong where that cannot be told. */
  readonly scale: number | { readonly unknown: string }
  /** Whether there are pods without a controller among them, of which nobody says how many are wanted. */
  readonly hasUnmanaged: boolean
}

/**
 * | budget | healthy pods that must stay | pods that count |
 * |---|---|---|
 * | minAvailable, a number | that many | those that are there |
 * | minAvailable, a share | that share of what the controllers want, rounded up | what the controllers want |
 * | maxUnavailable | what the controllers want, without as many (shares rounded up) | what the controllers want |
 *
 * A pod is healthy when it is ready, is not being deleted, and no eviction of it was granted in the last two minutes.
 */
export function decide(sight: Sight<PodDisruptionBudget, Guarded>): Plan<PodDisruptionBudget> {
  const {
    object: budget,
    more: { pods, scale, hasUnmanaged },
    now,
  } = sight
  const { minAvailable, maxUnavailable } = budget.spec
  const needsScale = maxUnavailable !== undefined || typeof minAvailable === 'string'
  if (needsScale && typeof scale === 'object') return failed(budget, scale.unknown, now)
  const expected = needsScale ? (scale as number) : pods.length
  const desired =
    maxUnavailable !== undefined
      ? Math.max(0, expected - scaled(maxUnavailable, expected, 'up'))
      : scaled(minAvailable ?? 0, expected, 'up')
  const { granted, events, againMs } = grants(budget, pods, now)
  const healthy = pods.filter(pod => isReady(pod) && !isTerminating(pod) && granted[pod.metadata.name as string] === undefined).length
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired)
  const { generation } = budget.metadata
  return {
    status: {
      ...(generation !== undefined && { observedGeneration: generation }),
      ...(Object.keys(granted).length && { disruptedPods: granted }),
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: conditionsOf(
        budget,
        allowed > 0 ? { status: 'True', reason: 'SufficientPods' } : { status: 'False', reason: 'InsufficientPods' },
        now,
      ),
    },
    events: [...(pods.length ? [] : [NO_PODS]), ...(needsScale && hasUnmanaged ? [unmanaged(budget)] : []), ...events],
    ...(againMs !== undefined && { lookAgainMs: againMs }),
  }
}

const NO_PODS: Note = { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' }
const unmanaged = ({ spec }: PodDisruptionBudget): Note => ({
  type: 'Warning',
  reason: 'UnmanagedPods',
  message:
    `Pods selected by this PodDisruptionBudget (selector: ${selectorNotation(spec.selector)}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
})
/** Evictions that were granted and have not happened yet, by pod. */
function grants({ metadata, status }: PodDisruptionBudget, pods: readonly Pod[], now: number) {
  const granted: Record<string, string> = {}
  const events: Note[] = []
  const waits: number[] = []
  for (const [name, at] of Object.entries(status.disruptedPods ?? {})) {
    const pod = pods.find(one => one.metadata.name === name)
    if (!pod || isTerminating(pod)) continue
    const leftMs = Date.parse(at) + GRANTED_MAX_MS - now
    if (leftMs > 0) {
      granted[name] = at
      waits.push(leftMs)
    } else {
      const message = `Pod was expected by PDB ${metadata.namespace}/${metadata.name} to be deleted but it wasn't`
      events.push({ type: 'Warning', reason: 'NotDeleted', message, about: { apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata } })
    }
  }
  return { granted, events, againMs: waits.length ? Math.min(...waits) : undefined }
}

/** Nobody may be evicted while the numbers cannot be told. */
const failed = (budget: PodDisruptionBudget, message: string, now: number): Plan<PodDisruptionBudget> => ({
  status: {
    ...budget.status,
    disruptionsAllowed: 0,
    conditions: conditionsOf(budget, { status: 'False', reason: 'SyncFailed', message }, now),
  },
  events: [
    {
      type: 'Warning',
      reason: 'CalculateExpectedPodCountFailed',
      message: `Failed to calculate the number of expected pods: ${message}`,
    },
  ],
})
interface Finding {
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message?: string
}
const conditionsOf = ({ metadata, status }: PodDisruptionBudget, { message = '', ...finding }: Finding, now: number) =>
  withCondition(
    status.conditions,
    {
      type: 'DisruptionAllowed',
      ...finding,
      message,
      lastTransitionTime: timestamp(now),
      ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
    },
    now,
  )
